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
        "bytes": torch.tensor([[0, 127], [128, 255]], dtype=torch.uint8),
        "scalar": torch.tensor(7.0),
        "empty": torch.zeros((0, 3)),
        "größe/\U0001f98e": torch.tensor([1.0]),
    }
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
