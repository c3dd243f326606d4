"""Trains the small classifier whose features `pictureFeatures` of @ae/metrics gives, and writes it as a script that holds its weights.

Run: python3 reference/picture_classifier.py MNIST_FOLDER FASHION_MNIST_FOLDER      (torch 2.13.0, safetensors 0.8.0, numpy 2.4.6)

It tells the ten digits of MNIST and the ten clothes of Fashion-MNIST apart, from pictures of 28 x 28 grey values in [0, 1]. Weights are
rounded to float16 before the accuracy is measured. PyTorch trains the same weights only on the same kind of
processor: the committed file is the classifier, and this script says how it was made.
"""

import base64
import gzip
import hashlib
import sys
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import save
from torch import nn
from torch.nn import functional

TARGET = Path(__file__).parent.parent / "packages" / "metrics" / "src" / "pictures" / "embedded-classifier.ts"
FEATURES, EPOCHS, BATCH, RATE = 64, 12, 128, 2e-3


class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        sizes = [1, 16, 32, 32]
        self.convolutions = nn.ModuleList(nn.Conv2d(a, b, 3, stride=2, padding=1) for a, b in zip(sizes, sizes[1:]))
        self.features = nn.Linear(4 * 4 * 32, FEATURES)
        self.classes = nn.Linear(FEATURES, 20)

    def forward(self, x):
        for convolution in self.convolutions:
            x = functional.relu(convolution(x))
        features = functional.relu(self.features(x.permute(0, 2, 3, 1).flatten(1)))  # flat with the channels last, as in TensorFlow.js
        return self.classes(functional.dropout(features, 0.2, self.training))


def unpacked(folder, name):
    path = Path(folder) / name
    return path.read_bytes() if path.exists() else gzip.decompress(path.with_suffix(".gz").read_bytes())


def read(folder, prefix, first_class):
    images = np.frombuffer(unpacked(folder, f"{prefix}-images-idx3-ubyte"), np.uint8, offset=16).reshape(-1, 1, 28, 28)
    labels = np.frombuffer(unpacked(folder, f"{prefix}-labels-idx1-ubyte"), np.uint8, offset=8).astype(np.int64)
    return torch.from_numpy(images.astype(np.float32) / 255), torch.from_numpy(labels + first_class)


def shifted(images):
    """Each picture moved by up to 2 pixels either way."""
    padded = functional.pad(images, (2, 2, 2, 2))
    dy, dx = torch.randint(0, 5, (2, len(images), 1))
    rows, columns = dy + torch.arange(28), dx + torch.arange(28)
    return padded[torch.arange(len(images))[:, None, None], 0, rows[:, :, None], columns[:, None, :]].unsqueeze(1)


def accuracy(model, images, labels):
    model.eval()
    with torch.no_grad():
        return (model(images).argmax(1) == labels).double().mean().item()


def layout(tensor):
    """As TensorFlow.js has it: [height, width, in, out] and [in, out]."""
    array = tensor.detach().numpy()
    return {4: lambda: array.transpose(2, 3, 1, 0), 2: lambda: array.T, 1: lambda: array}[array.ndim]()


def main(mnist, fashion):
    torch.manual_seed(0)
    torch.set_num_threads(1)
    parts = [read(folder, "train", 10 * i) for i, folder in enumerate((mnist, fashion))]
    images, labels = (torch.cat(part) for part in zip(*parts))
    model = Classifier()
    steps = EPOCHS * (len(images) // BATCH)
    optimizer = torch.optim.AdamW(model.parameters(), RATE, weight_decay=1e-2)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=steps)
    for epoch in range(EPOCHS):
        model.train()
        order = torch.randperm(len(images))
        for start in range(0, len(images) - BATCH + 1, BATCH):
            batch = order[start : start + BATCH]
            loss = functional.cross_entropy(model(shifted(images[batch])), labels[batch], label_smoothing=0.05)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
        print(f"epoch {epoch + 1}: {loss.item():.3f}", flush=True)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(parameter.half().float())
    scores = [accuracy(model, *read(folder, "t10k", 10 * i)) for i, folder in enumerate((mnist, fashion))]
    file = save({name: np.ascontiguousarray(layout(tensor).astype(np.float16)) for name, tensor in model.state_dict().items()})
    text = base64.b64encode(file).decode()
    TARGET.write_text(
        f"// A classifier of 28 x 28 pictures: {len(file)} bytes of safetensors in float16, in base64. Written by reference/picture_classifier.py.\n"
        f"// Test accuracy {scores[0]:.4f} on MNIST and {scores[1]:.4f} on Fashion-MNIST. SHA-256 {hashlib.sha256(file).hexdigest()}\n"
        f"export const embeddedClassifier =\n  '{text}'\n"
    )
    print(f"{TARGET.name}: {TARGET.stat().st_size} bytes, test accuracies {scores}")


if __name__ == "__main__":
    main(*sys.argv[1:])
