"""Writes packages/core/fixtures/python.safetensors with Python's own safetensors: every type that @ae/core reads.

Run: python3 reference/safetensors_fixture.py          (safetensors 0.8.0, torch 2.13.0)
With a path it reads that file instead and prints its metadata and tensors as JSON, to check what @ae/core writes.
"""

import json
import sys
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import save_file

FIXTURE = Path(__file__).parent.parent / "packages" / "core" / "fixtures" / "python.safetensors"


def write() -> None:
    inf, nan = float("inf"), float("nan")
    tensors = {
        "fc1.weight": torch.tensor([[1.5, -2.25, 3e38], [1e-45, -0.0, 0.1]], dtype=torch.float32),
        "double": torch.tensor([0.1, -1e300, 1e-300], dtype=torch.float64),
        "half": torch.tensor([1.0, -2.5, 65504.0, 6e-8, 6.1e-5, inf, -inf, nan, -0.0], dtype=torch.float16),
        "bfloat": torch.tensor([1.0, -2.5, 3e38, 1e-40, inf, nan], dtype=torch.bfloat16),
        "integers": torch.tensor([-(2**31), -1, 2**31 - 1], dtype=torch.int32),
        "signed": torch.tensor([-128, -1, 127], dtype=torch.int8),
        "short": torch.tensor([-(2**15), -1, 2**15 - 1], dtype=torch.int16),
        "unsignedShort": torch.tensor([0, 2**16 - 1], dtype=torch.uint16),
        "unsigned": torch.tensor([0, 2**32 - 1], dtype=torch.uint32),
        "norm.num_batches_tracked": torch.tensor(938),
        "long": torch.tensor([-(2**53 - 1), -1, 2**32, 2**53 - 1]),
        "unsignedLong": torch.tensor([2**32, 2**53 - 1], dtype=torch.uint64),
        "booleans": torch.tensor([True, False, True]),
        "bytes": torch.tensor([[0, 127], [128, 255]], dtype=torch.uint8),
        "scalar": torch.tensor(7.0),
        "empty": torch.zeros((0, 3)),
        # Types without operations in PyTorch: two numbers of 4 bits in a byte; and complex numbers.
        "all/F4": torch.tensor([0x10, 0x32, 0x54, 0x76, 0x98, 0xBA, 0xDC, 0xFE], dtype=torch.uint8).view(torch.float4_e2m1fn_x2),
        "all/C64": torch.tensor([1 + 2j, -3j], dtype=torch.complex64),
        "größe/\U0001f98e": torch.tensor([1.0]),
    }
    # Narrow floats and their values in PyTorch: every 8-bit value, and one in 97 16-bit values (including the ends).
    every = torch.arange(256, dtype=torch.int32).to(torch.uint8)
    some = torch.cat([torch.arange(0, 2**16, 97), torch.tensor([1, 0x3FF, 0x400, 0x7BFF, 0xFFFF])]).to(torch.uint16)
    for name, bits, dtype in [
        ("F16", some, torch.float16),
        ("BF16", some, torch.bfloat16),
        ("F8_E4M3", every, torch.float8_e4m3fn),
        ("F8_E5M2", every, torch.float8_e5m2),
        ("F8_E4M3FNUZ", every, torch.float8_e4m3fnuz),
        ("F8_E5M2FNUZ", every, torch.float8_e5m2fnuz),
        ("F8_E8M0", every, torch.float8_e8m0fnu),
    ]:
        narrow = bits.view(dtype)
        wide = narrow.to(torch.float32)
        keep = ~wide.isnan()  # which NaN comes out depends on the processor
        tensors[f"all/{name}"] = narrow.view(bits.dtype)[keep].view(dtype).clone()
        tensors[f"all/{name}/F32"] = wide[keep].clone()
    save_file(tensors, FIXTURE, metadata={"made by": 'Python "safetensors"', "ü": "\U0001f98e"})


def read(path: str) -> None:
    with safe_open(path, framework="pt") as file:
        tensors = {
            name: {"dtype": str(tensor.dtype), "shape": list(tensor.shape), "values": tensor.flatten().tolist()}
            for name in file.keys()
            for tensor in [file.get_tensor(name)]
        }
        print(json.dumps({"metadata": file.metadata(), "tensors": tensors}, ensure_ascii=False))


if __name__ == "__main__":
    read(sys.argv[1]) if len(sys.argv) > 1 else write()
