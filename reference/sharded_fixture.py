"""Writes packages/formats/fixtures/sharded with huggingface_hub: a state dict in several safetensors files with an index,
and the same in one file, with which the tests compare.

Run: python3 reference/sharded_fixture.py          (huggingface_hub 2.4.0, safetensors 0.8.0, torch 2.13.0)
"""

from pathlib import Path

import torch
from huggingface_hub import save_torch_state_dict
from safetensors.torch import save_file

FOLDER = Path(__file__).parent.parent / "packages" / "formats" / "fixtures" / "sharded"


def main() -> None:
    torch.manual_seed(1)
    shapes = {"fc1": (5, 6), "fc21": (2, 5), "fc22": (2, 5), "fc3": (5, 2), "fc4": (6, 5)}  # pytorch/examples
    state = {}
    for name, shape in shapes.items():
        state[f"{name}.weight"] = torch.randn(shape)
        state[f"{name}.bias"] = torch.randn(shape[0])
    state["norm.num_batches_tracked"] = torch.tensor(938)
    state["half"] = torch.randn(3).to(torch.bfloat16)
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.iterdir():
        old.unlink()
    save_torch_state_dict(state, FOLDER, max_shard_size=160)
    save_file(state, FOLDER / "whole.safetensors")


if __name__ == "__main__":
    main()
