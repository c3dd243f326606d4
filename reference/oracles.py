"""Writes the oracle numbers that the tests of @ae/* compare with: python oracles.py [name ...]"""

import importlib
import json
import pathlib
import platform
import sys

import numpy as np
import torch

import adam
import contractive
import bounds
import draws
import evaluation
import initialisation
import losses
import narrowing
import networks
import ops
import optimizers
import penalties
import quantization
import ranking
import representation
import resampling
import training

ORACLES = {
    "adam": adam.oracle,
    "autoencoder": training.autoencoder_oracle,
    "autoencoder-full": training.full_autoencoder_oracle,
    "bounds": bounds.oracle,
    "contractive": contractive.oracle,
    "evaluation": evaluation.oracle,
    "initialisation": initialisation.oracle,
    "losses": losses.oracle,
    "narrowing": narrowing.oracle,
    "networks": networks.oracle,
    "ops": ops.oracle,
    "optimizers": optimizers.oracle,
    "penalties": penalties.oracle,
    "pictures": lambda: importlib.import_module("pictures").oracle(),  # its libraries take long to load
    "quantization": quantization.oracle,
    "random": draws.oracle,
    "ranking": ranking.oracle,
    "representation": representation.oracle,
    "resampling": resampling.oracle,
    "vae": training.vae_oracle,
    "vae-full": training.full_vae_oracle,
}


def write(name):
    versions = {"python": platform.python_version(), "numpy": np.__version__, "torch": torch.__version__}
    content = {"generator": f"reference/oracles.py {name}", "versions": versions, **ORACLES[name]()}
    path = pathlib.Path(__file__).parent / "oracles" / f"{name}.json"
    path.write_text(json.dumps(plain(content), ensure_ascii=False, allow_nan=False, separators=(",", ":")) + "\n")
    print(f"{path.name}: {path.stat().st_size} bytes")


def plain(value):
    """The JSON form: arrays as {shape, values}, real numbers with 9 significant digits."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, torch.Tensor):
        return plain(value.detach().numpy())
    if isinstance(value, np.ndarray):
        return {"shape": list(value.shape), "values": plain(value.reshape(-1).tolist())}
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < 2**53 else float(f"{value:.9g}")
    return value


if __name__ == "__main__":
    torch.set_default_dtype(torch.float64)
    torch.set_num_threads(1)
    for name in sys.argv[1:] or ORACLES:
        write(name)
