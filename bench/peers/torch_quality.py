"""The tutorial's models in PyTorch, as the quality table compares them: one JSON line with the metrics on the test images.

  python3 torch_quality.py MODEL NETWORK FOLDER [SEED]

MODEL: its name in the table. NETWORK: its description in bench/networks.mjs, as JSON. FOLDER: the four IDX files, plain or
.gz. Ten epochs, batch 128, Adam 0.001.
"""

import gzip
import json
import pathlib
import sys

import numpy
import torch
from torch.nn import functional

from torch_models import adam, build, loss_of, noisy, pretrain, run_epoch

EPOCHS, BATCH, PRETRAINING_EPOCHS = 10, 128, 2


def images(folder, name):
    path = next(path for path in (folder / name, folder / f"{name}.gz") if path.exists())
    content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    pixels = numpy.frombuffer(content, numpy.uint8, offset=16).reshape(-1, 784)
    return torch.from_numpy(pixels.astype("float32") / 255)


def main(kind, network, folder, seed=1):
    network, folder = json.loads(network), pathlib.Path(folder)
    train, test = images(folder, "train-images-idx3-ubyte"), images(folder, "t10k-images-idx3-ubyte")
    torch.manual_seed(int(seed))
    model = build(network)
    if network.get("pretraining"):
        pretrain(model, train, PRETRAINING_EPOCHS, BATCH)
    optimiser = adam(model.parameters())
    for _ in range(EPOCHS):
        run_epoch(optimiser, train, BATCH, lambda x: loss_of(network, model, x))
    with torch.no_grad():
        if network["kind"] == "vae":
            reconstruction, kl = (term.item() / len(test) for term in model.terms(test))
            figures = {"reconstruction": reconstruction, "kl": kl}
        else:
            input = noisy(test, network["noise"]) if "noise" in network else test
            figures = {"mse": functional.mse_loss(model(input), test).item()}
    print(json.dumps({"model": kind, "seed": int(seed), "torch": torch.__version__, **figures}))


if __name__ == "__main__":
    main(*sys.argv[1:])
