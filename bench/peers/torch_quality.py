"""The tutorial's models in PyTorch, as the quality table compares them: one JSON line with the figures on the test images.

  python3 torch_quality.py MODEL FOLDER [SEED]

MODEL: autoencoder, stacked-autoencoder, sparse-autoencoder, denoising-autoencoder or vae. FOLDER: the four IDX files,
plain or .gz. Ten epochs, batch 128, Adam 0.001.
"""

import gzip
import json
import pathlib
import sys

import numpy
import torch
from torch import nn
from torch.nn import functional

EPOCHS, BATCH, PRETRAINING_EPOCHS = 10, 128, 2


def images(folder, name):
    path = next(path for path in (folder / name, folder / f"{name}.gz") if path.exists())
    content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    pixels = numpy.frombuffer(content, numpy.uint8, offset=16).reshape(-1, 784)
    return torch.from_numpy(pixels.astype("float32") / 255)


class Autoencoder(nn.Module):
    def __init__(self, code_activation):
        super().__init__()
        encoder, decoder = [784, 256, 128, 64], [64, 128, 256, 784]
        self.encoder = layers(encoder, code_activation)
        self.decoder = layers(decoder, nn.Sigmoid())

    def forward(self, x):
        return self.decoder(self.encoder(x))


def layers(sizes, last):
    made = [part for a, b in zip(sizes, sizes[1:]) for part in (nn.Linear(a, b), nn.ReLU())]
    return nn.Sequential(*made[:-1], last)


class Vae(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(784, 400)
        self.mean = nn.Linear(400, 20)
        self.log_variance = nn.Linear(400, 20)
        self.back = nn.Linear(20, 400)
        self.logits = nn.Linear(400, 784)

    def terms(self, x):
        """Sums over the batch: reconstruction and divergence, nats."""
        h = functional.relu(self.hidden(x))
        mean, log_variance = self.mean(h), self.log_variance(h)
        z = mean + torch.randn_like(mean) * torch.exp(log_variance / 2)
        output = torch.sigmoid(self.logits(functional.relu(self.back(z))))
        kl = (torch.exp(log_variance) + mean**2 - 1 - log_variance).sum() / 2
        return functional.binary_cross_entropy(output, x, reduction="sum"), kl


def noisy(x):
    return x + 0.3 * torch.randn_like(x)


def kl_sparsity(code, rate=0.05):
    mean = code.mean(0).clamp(1e-6, 1 - 1e-6)
    return (rate * torch.log(rate / mean) + (1 - rate) * torch.log((1 - rate) / (1 - mean))).sum()


def loss_of(kind, model, x):
    if kind == "vae":
        return sum(model.terms(x))
    if kind == "denoising-autoencoder":
        return functional.mse_loss(model(noisy(x)), x)
    if kind == "sparse-autoencoder":
        code = model.encoder(x)
        return functional.mse_loss(model.decoder(code), x) + 0.001 * kl_sparsity(code)
    return functional.mse_loss(model(x), x)


def minimise(parameters, data, epochs, loss):
    optimiser = torch.optim.Adam(parameters, lr=0.001)
    for _ in range(epochs):
        for rows in torch.randperm(len(data)).split(BATCH):
            optimiser.zero_grad()
            loss(data[rows]).backward()
            optimiser.step()


def pretrain(model, data):
    """Each encoder layer with the decoder layer that undoes it, on the codes of the layers before."""
    for outer, inner in ((0, 4), (2, 2), (4, 0)):
        down, up = model.encoder[outer], model.decoder[inner]
        last = torch.sigmoid if outer == 0 else torch.relu
        minimise(
            [*down.parameters(), *up.parameters()],
            data,
            PRETRAINING_EPOCHS,
            lambda x: functional.mse_loss(last(up(torch.relu(down(x)))), x),
        )
        with torch.no_grad():
            data = torch.relu(down(data))


def main(kind, folder, seed=1):
    folder = pathlib.Path(folder)
    train, test = images(folder, "train-images-idx3-ubyte"), images(folder, "t10k-images-idx3-ubyte")
    torch.manual_seed(int(seed))
    model = Vae() if kind == "vae" else Autoencoder(nn.Sigmoid() if kind == "sparse-autoencoder" else nn.ReLU())
    if kind == "stacked-autoencoder":
        pretrain(model, train)
    minimise(model.parameters(), train, EPOCHS, lambda x: loss_of(kind, model, x))
    with torch.no_grad():
        if kind == "vae":
            reconstruction, kl = (term.item() / len(test) for term in model.terms(test))
            figures = {"reconstruction": reconstruction, "kl": kl}
        else:
            figures = {"mse": functional.mse_loss(model(noisy(test) if "denoising" in kind else test), test).item()}
    print(json.dumps({"model": kind, "seed": int(seed), "torch": torch.__version__, **figures}))


if __name__ == "__main__":
    main(*sys.argv[1:])
