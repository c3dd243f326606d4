"""Writes packages/formats/fixtures/pytorch: files of torch.save in every form that @ae/formats reads or refuses, and their values.

Run: python3 reference/pytorch_files.py          (torch 2.13.0)
"""

import argparse
import collections
import io
import json
import math
import pathlib

import numpy as np
import torch
from torch import nn

FOLDER = pathlib.Path(__file__).parent.parent / "packages" / "formats" / "fixtures" / "pytorch"

Values = dict[str, torch.Tensor]


def layouts() -> Values:
    """Every type that can be read, and every way in which a tensor can lie in its storage."""
    inf, nan = math.inf, math.nan
    grid = torch.arange(12, dtype=torch.float32).reshape(3, 4)
    tied = nn.Linear(2, 3)
    tied.weight.data = torch.tensor([[0.5, -1.5], [2.0, 3.0], [-0.25, 1e-3]])
    integers = {
        "int64": [-(2**53 - 1), -1, 2**40, 2**53 - 1],
        "int32": [-(2**31), 2**31 - 1],
        "int16": [-(2**15), 2**15 - 1],
        "int8": [-128, 127],
        "uint8": [0, 255],
        "uint16": [0, 2**16 - 1],
        "uint32": [0, 2**32 - 1],
        "uint64": [0, 2**53 - 1],
    }
    narrow = torch.tensor([0.0, 1.0, -1.5, 0.0078125, 240.0, -0.25])
    # A tensor with its own bytes in a type that no operation makes.
    eighth = torch.tensor([0, 1, 126, 127, 128, 254], dtype=torch.uint8).view(torch.float8_e8m0fnu)
    return {
        "float32": torch.tensor([[1.5, -2.25, 3e38], [1e-45, -0.0, 0.1]]),
        "float64": torch.tensor([0.1, -1e300, 1e-300], dtype=torch.float64),
        "float16": torch.tensor([1.0, -2.5, 65504.0, 6e-8, inf, -inf, nan], dtype=torch.float16),
        "bfloat16": torch.tensor([1.0, -2.5, 3e38, 1e-40, inf, nan], dtype=torch.bfloat16),
        "bool": torch.tensor([True, False, True]),
        **{name: torch.tensor(values, dtype=getattr(torch, name)) for name, values in integers.items()},
        "float8_e4m3fn": narrow.to(torch.float8_e4m3fn),
        "float8_e5m2": narrow.to(torch.float8_e5m2),
        "float8_e4m3fnuz": narrow.to(torch.float8_e4m3fnuz),
        "float8_e5m2fnuz": narrow.to(torch.float8_e5m2fnuz),
        "float8_e8m0fnu": eighth,
        "transposed": grid.t(),
        "columns": grid[:, 1:3],
        "every other row": grid[::2],
        "one value": grid[1, 2],
        "expanded": torch.tensor([[1.0], [2.0]]).expand(2, 3),
        "channels last": torch.arange(24.0).reshape(1, 2, 3, 4).to(memory_format=torch.channels_last),
        "half columns": grid.half()[:, ::3],
        "parameter": tied.weight,
        "buffer": nn.Buffer(torch.tensor([4.0])),
        "tied": tied.weight.data,
        "empty": torch.zeros(0, 3),
        "scalar": torch.tensor(7.0),
        "größe/\U0001f98e": torch.tensor([1.0]),
    }


class Net(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.fc = nn.Linear(2, 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.relu(self.fc(x))


def checkpoint() -> dict:
    """As PyTorch Lightning writes it: the weights among everything else."""
    torch.manual_seed(1)
    model = nn.Sequential(nn.Linear(3, 2), nn.BatchNorm1d(2))
    optimizer = torch.optim.Adam(model.parameters())
    model(torch.rand(4, 3)).sum().backward()
    optimizer.step()
    return {
        "epoch": 3,
        "global_step": 12345678901234567890,
        "pytorch-lightning_version": "2.5.0",
        "state_dict": collections.OrderedDict((f"model.{name}", value) for name, value in model.state_dict().items()),
        "loops": {"fit_loop": {"state_dict": {}, "counts": collections.Counter("aab")}},
        "callbacks": {"ModelCheckpoint": {"best_model_score": torch.tensor(0.25), "score": np.float64(1.5), "n": np.int64(7)}},
        "optimizer_states": [optimizer.state_dict()],
        "lr_schedulers": [],
        "hyper_parameters": argparse.Namespace(latent=20, tags={"a", "b"}, extra=collections.defaultdict(list), none=None),
        "bytes": b"\x00\xff",
        "shape": torch.Size([1, 28, 28]),
        "dtype": torch.float32,
        "device": torch.device("cpu"),
    }


def values_of(tensor: torch.Tensor) -> list:
    def plain(value: float | int | bool) -> float | int | str | bool:
        return value if math.isfinite(value) else {"inf": "Infinity", "-inf": "-Infinity"}.get(str(value), "NaN")

    values = tensor.detach()
    if values.dtype.is_floating_point:
        values = values.to(torch.float64 if values.dtype == torch.float64 else torch.float32)
        values = values.to(torch.float32)
    return [plain(value) for value in values.flatten().tolist()]


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    expected = {}

    def write(name: str, contents, tensors: Values | None = None, **options) -> None:
        torch.save(contents, FOLDER / name, **options)
        if tensors is not None:
            expected[name] = {
                key: {"shape": list(tensor.shape), "dtype": str(tensor.dtype).removeprefix("torch."), "values": values_of(tensor)}
                for key, tensor in tensors.items()
            }

    tensors = layouts()
    write("layouts.pt", tensors, tensors)
    write("layouts-legacy.pt", tensors, tensors, _use_new_zipfile_serialization=False)
    write("protocol-5.pt", tensors, tensors, pickle_protocol=5)
    lightning = checkpoint()
    write("lightning.ckpt", lightning, lightning["state_dict"])
    write("lightning-legacy.ckpt", lightning, lightning["state_dict"], _use_new_zipfile_serialization=False)
    parts = {"encoder": {"0.weight": torch.ones(1, 2)}, "decoder": {"0.weight": torch.zeros(2, 1)}, "optimizer": {"m": torch.ones(5)}}
    write("parts.pth", parts, {"encoder.0.weight": torch.ones(1, 2), "decoder.0.weight": torch.zeros(2, 1)})
    named = {"model_state_dict": {"fc.bias": torch.ones(2)}, "ema": {"shadow": {"fc.bias": torch.zeros(2)}}}
    write("pythae.pt", named, {"fc.bias": torch.ones(2)})
    write("tensor.pt", torch.tensor([1.0, 2.0]), {"tensor": torch.tensor([1.0, 2.0])})
    write("odd.pt", {
        "sparse": torch.eye(2).to_sparse(),
        "quantized": torch.quantize_per_tensor(torch.ones(2), 0.1, 0, torch.qint8),
        "complex": torch.ones(2, dtype=torch.complex64),
        "meta": torch.empty(2, 3, device="meta"),
        "too large": torch.tensor([2**60]),
        "fine": torch.ones(1),
    })
    write("module.pt", Net())
    write("nothing.pt", {"epoch": 1, "optimizer": {"m": torch.ones(2)}})
    write("numpy.pt", {"state_dict": {"a": torch.ones(1)}, "mean": np.ones(3)})
    torch.serialization.set_crc32_options(False)
    write("no-checksums.pt", {"a": torch.ones(3)}, {"a": torch.ones(3)})
    torch.serialization.set_crc32_options(True)
    torch.jit.script(Net()).save(FOLDER / "torchscript.pt")
    exported = torch.export.export(Net(), (torch.ones(1, 2),))
    for node in exported.graph.nodes:
        node.meta.pop("stack_trace", None)  # holds the paths of this machine
    torch.export.save(exported, FOLDER / "exported.pt2")
    (FOLDER / "expected.json").write_text(json.dumps(expected, ensure_ascii=False, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
