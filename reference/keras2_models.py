"""Writes the files of Keras 2 in packages/formats/fixtures/keras, and what Keras 2 computes with them.

Run: python3 reference/keras2_models.py          (tf_keras 2.21.0, tensorflow-cpu 2.21.0, h5py 3.16.0)
"""

import gzip
import json
import os
import tempfile
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import numpy as np
import tensorflow as tf
import tf_keras as keras

L = keras.layers
FIXTURES = Path(__file__).parent.parent / "packages" / "formats" / "fixtures" / "keras"
FOLDER = Path(tempfile.mkdtemp())


def draw(inputs):
    mean, log_variance = inputs
    return mean + tf.exp(log_variance / 2) * tf.random.normal(tf.shape(mean))


def vae():
    x = L.Input((6, 6, 1))
    h = L.Conv2D(3, 3, strides=2, padding="same")(x)
    h = L.LeakyReLU(alpha=0.2)(L.BatchNormalization()(h))
    h = L.Flatten()(h)
    mean, log_variance = L.Dense(2, name="z_mean")(h), L.Dense(2, name="z_log_var")(h)
    encoder = keras.Model(x, [mean, log_variance, L.Lambda(draw, name="z")([mean, log_variance])], name="encoder")
    z = L.Input((2,))
    h = L.Reshape((3, 3, 2))(L.Dense(18, activation="relu")(z))
    h = L.Conv2DTranspose(3, 3, strides=2, padding="same")(h)
    h = L.Activation("relu")(L.BatchNormalization()(h))
    decoder = keras.Model(z, L.Conv2DTranspose(1, 3, padding="same", activation="sigmoid")(h), name="decoder")
    return keras.Model(x, decoder(encoder(x)[2]), name="vae"), encoder, decoder


def main():
    rng = np.random.default_rng(2)
    keras.utils.set_random_seed(2)
    whole, encoder, decoder = vae()
    dense = keras.Sequential(
        [L.Dense(5, activation="swish", input_shape=(8,)), L.Dense(3, activation="relu"), L.Dense(5, activation="selu"), L.Dense(8)]
    )
    for model in [whole, dense]:
        weights = [w + rng.normal(0, 0.3, w.shape) for w in model.get_weights()]
        model.set_weights([np.abs(w) + 0.2 if "variance" in v.name else w for v, w in zip(model.weights, weights)])
    numbers = lambda values: [float(f"{value:.8g}") for value in np.asarray(values).ravel()]
    x = rng.uniform(0, 1, (2, 6, 6, 1)).astype("f4").round(3)
    mean, log_variance, _ = encoder(x)
    cases = {
        "vae2": {
            "input": numbers(x),
            "shape": [6, 6, 1],
            "mean": numbers(mean),
            "logVariance": numbers(log_variance),
            "output": numbers(decoder(mean)),
        }
    }
    x = rng.uniform(0, 1, (2, 8)).astype("f4").round(3)
    cases["dense2"] = {"input": numbers(x), "shape": [8], "output": numbers(dense(x))}
    whole.save(FOLDER / "vae2.h5")
    whole.save(FOLDER / "vae2.keras")
    dense.save(FOLDER / "dense2.h5")
    dense.save_weights(FOLDER / "dense2-weights.h5")
    dense.save_weights(FOLDER / "dense2.weights.h5")
    for path in FOLDER.iterdir():
        (FIXTURES / f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes(), mtime=0))
    versions = {"keras": keras.__version__, "tensorflow": tf.__version__}
    (FIXTURES / "keras2.json").write_text(json.dumps({**versions, "cases": cases}) + "\n")


if __name__ == "__main__":
    main()
