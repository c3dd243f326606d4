"""Writes packages/formats/fixtures/keras with Keras 3: files in its three formats, and keras.json with what Keras itself computes.
HDF5 files are mostly zeros, so each is packed with gzip.

Run: KERAS_BACKEND=torch python3 reference/keras_models.py          (keras 3.15.1, h5py 3.16.0, torch 2.13.0)
With --check it writes nothing, reads the files and prints how far this backend is from the numbers in keras.json.
"""

import gzip
import json
import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("KERAS_BACKEND", "torch")
import keras
import numpy as np

L = keras.layers
FIXTURES = Path(__file__).parent.parent / "packages" / "formats" / "fixtures" / "keras"
FOLDER = Path(tempfile.mkdtemp())


@keras.saving.register_keras_serializable("fixtures")
class Sampling(L.Layer):
    """The layer of Keras' own VAE example."""

    def __init__(self, **options):
        super().__init__(**options)
        self.seed_generator = keras.random.SeedGenerator(3)

    def call(self, inputs):
        mean, log_variance = inputs
        noise = keras.random.normal(keras.ops.shape(mean), seed=self.seed_generator)
        return mean + keras.ops.exp(0.5 * log_variance) * noise


@keras.saving.register_keras_serializable("fixtures")
class SubclassedVae(keras.Model):
    """Layers as attributes: "dec_hidden" and "enc_hidden" sort before "layers", the others after it."""

    def __init__(self, **options):
        super().__init__(**options)
        self.enc_hidden = L.Dense(5, activation="relu")
        self.z_mean = L.Dense(2)
        self.z_log_var = L.Dense(2, name="z_log_var")
        self.dec_hidden = L.Dense(4, activation="relu")
        self.out = L.Dense(8, activation="sigmoid")

    def parts(self, x):
        h = self.enc_hidden(x)
        mean, log_variance = self.z_mean(h), self.z_log_var(h)
        return mean, log_variance, self.out(self.dec_hidden(mean))

    def call(self, x):
        return self.parts(x)[2]


def dense_autoencoder():
    return keras.Sequential(
        [
            keras.Input((8,)),
            L.Dense(6, name="first"),
            L.BatchNormalization(),
            L.ReLU(),
            L.Dropout(0.5),
            L.Dense(5, activation="silu"),
            L.Dense(3, activation="tanh", name="code"),
            L.Dense(4, activation="leaky_relu"),
            L.Dense(5),
            L.LayerNormalization(),
            L.LeakyReLU(negative_slope=0.2),
            L.Dense(7, use_bias=False),
            L.BatchNormalization(scale=False, epsilon=1e-2),
            L.Activation("softplus"),
            L.Dense(8, activation="sigmoid"),
        ],
        name="dense_autoencoder",
    )


def many_layers():
    """Mirrored, as denseArchitecture is; dense_10 sorts before dense_2."""
    widths = [9, 8, 7, 6, 5, 2, 5, 6, 7, 8, 9]
    return keras.Sequential([keras.Input((10,))] + [L.Dense(width, activation="elu") for width in widths] + [L.Dense(10)])


def convolutional_vae():
    x = keras.Input((8, 8, 1))
    h = L.Conv2D(3, 3, activation="relu", strides=2, padding="same")(x)
    h = L.Conv2D(4, 3, activation="relu", strides=2, padding="same")(h)
    h = L.Dense(6, activation="relu")(L.Flatten()(h))
    mean, log_variance = L.Dense(2, name="z_mean")(h), L.Dense(2, name="z_log_var")(h)
    encoder = keras.Model(x, [mean, log_variance, Sampling()([mean, log_variance])], name="encoder")
    z = keras.Input((2,))
    h = L.Reshape((2, 2, 4))(L.Dense(16, activation="relu")(z))
    h = L.Conv2DTranspose(4, 3, activation="relu", strides=2, padding="same")(h)
    h = L.Conv2DTranspose(3, 3, activation="relu", strides=2, padding="same")(h)
    h = L.Conv2DTranspose(1, 3, activation="sigmoid", padding="same")(h)
    decoder = keras.Model(z, h, name="decoder")
    return keras.Model(x, decoder(encoder(x)[2]), name="vae"), encoder, decoder


def convolutional_autoencoder():
    """Odd sizes: output_padding=0 makes 7 of 4; an enlarged picture is convolved; a bias stands before BatchNormalization."""
    x = keras.Input((7, 7, 2))
    h = L.Conv2D(3, 5, strides=2, padding="same")(x)
    h = L.Activation("selu")(L.BatchNormalization()(h))
    h = L.Dense(3, name="code")(L.Flatten()(h))
    h = L.Dense(12)(h)
    h = L.LeakyReLU(negative_slope=0.2)(L.BatchNormalization(axis=1)(h))
    h = L.Reshape((2, 2, 3))(h)
    h = L.Conv2D(4, 3, padding="same", activation="elu")(L.UpSampling2D(2)(h))
    h = L.Conv2DTranspose(2, 3, strides=2, padding="same", output_padding=0)(h)
    return keras.Model(x, h, name="odd")


def signals():
    x = keras.Input((8, 2))
    h = L.Conv1D(3, 3, strides=2, padding="same", activation="tanh")(x)
    h = L.Dense(2, name="code")(L.Flatten()(h))
    h = L.Reshape((4, 3))(L.Dense(12, activation="relu")(h))
    h = L.Conv1DTranspose(2, 3, strides=2, padding="same")(h)
    return keras.Model(x, h, name="signals")


def shared_layer():
    """One layer in encoder and decoder: the file has it once."""
    shared = L.Dense(6, activation="relu", name="shared")
    x, z = keras.Input((6,)), keras.Input((6,))
    encoder = keras.Model(x, L.Dense(6, name="code")(shared(x)), name="encoder")
    decoder = keras.Model(z, L.Dense(6, activation="sigmoid")(shared(z)), name="decoder")
    return keras.Model(x, decoder(encoder(x)), name="sharing")


def narrow(policy):
    keras.config.set_dtype_policy(policy)
    model = keras.Sequential([keras.Input((8,)), L.Dense(5, "relu"), L.Dropout(0.1), L.Dense(2), L.Dense(5, "relu"), L.Dense(8)])
    keras.config.set_dtype_policy("float32")
    return model


def disturb(model, rng):
    """Weights and statistics that differ from their initial values, so that their order shows."""
    model.set_weights(
        [
            (np.abs(w) + rng.uniform(0.1, 0.9, w.shape)) if "variance" in v.path else w + rng.normal(0, 0.3, w.shape)
            for v, w in zip(model.weights, [np.asarray(v.value.detach().float() if hasattr(v.value, "detach") else v.value) for v in model.weights])
        ]
    )


def numbers(tensor):
    return [float(f"{value:.8g}") for value in np.asarray(keras.ops.convert_to_numpy(tensor)).astype("f4").ravel()]


def main():
    rng = np.random.default_rng(18)
    cases = {}

    def case(name, model, shape, code=None, **more):
        x = rng.uniform(0, 1, (2, *shape)).astype("f4").round(3)
        entry = {"input": numbers(x), "shape": list(shape), "output": numbers(model(x, training=False)), **more}
        if code is not None:
            entry["code"] = numbers(keras.Model(model.inputs, model.get_layer(code).output)(x, training=False))
        cases[name] = entry
        return x

    keras.utils.set_random_seed(18)
    dense = dense_autoencoder()
    disturb(dense, rng)
    case("dense", dense, (8,), code="code")
    dense.save(FOLDER / "dense.keras")
    dense.save_weights(FOLDER / "dense.weights.h5")
    dense.save(FOLDER / "dense.h5")

    deep = many_layers()
    disturb(deep, rng)
    case("deep", deep, (10,))
    deep.save(FOLDER / "deep.keras")
    deep.save_weights(FOLDER / "deep.weights.h5")

    whole, encoder, decoder = convolutional_vae()
    disturb(whole, rng)
    x = rng.uniform(0, 1, (2, 8, 8, 1)).astype("f4").round(3)
    mean, log_variance, _ = encoder(x)
    cases["vae"] = {
        "input": numbers(x),
        "shape": [8, 8, 1],
        "mean": numbers(mean),
        "logVariance": numbers(log_variance),
        "output": numbers(decoder(mean)),
    }
    whole.save(FOLDER / "vae.keras")
    whole.save(FOLDER / "vae.h5")
    encoder.save(FOLDER / "vae-encoder.keras")
    decoder.save(FOLDER / "vae-decoder.keras")

    for name, model, shape in [
        ("odd", convolutional_autoencoder(), (7, 7, 2)),
        ("signals", signals(), (8, 2)),
        ("sharing", shared_layer(), (6,)),
    ]:
        disturb(model, rng)
        case(name, model, shape)
        model.save(FOLDER / f"{name}.keras")

    keras.utils.clear_session()  # numbers names from the beginning again
    subclassed = SubclassedVae(name="subclassed")
    x = rng.uniform(0, 1, (2, 8)).astype("f4").round(3)
    subclassed(x)
    disturb(subclassed, rng)
    mean, log_variance, output = subclassed.parts(x)
    cases["subclassed"] = {
        "input": numbers(x),
        "shape": [8],
        "mean": numbers(mean),
        "logVariance": numbers(log_variance),
        "output": numbers(output),
    }
    subclassed.save(FOLDER / "subclassed.keras")
    subclassed.save_weights(FOLDER / "subclassed.weights.h5")

    for policy in ["float16", "bfloat16"]:
        model = narrow(policy)
        disturb(model, rng)
        wide = keras.Sequential([keras.Input((8,)), L.Dense(5, "relu"), L.Dense(2), L.Dense(5, "relu"), L.Dense(8)])
        wide.set_weights([np.asarray(v.value.detach().float() if hasattr(v.value, "detach") else v.value, dtype="f4") for v in model.trainable_weights])
        case(policy, wide, (8,))
        model.save_weights(FOLDER / f"{policy}.weights.h5")

    pooled = keras.Sequential(
        [keras.Input((4, 4, 1)), L.Conv2D(1, 3, padding="same"), L.MaxPooling2D(2), L.Flatten(), L.Dense(2), L.Dense(16), L.Reshape((4, 4, 1))]
    )
    pooled.save(FOLDER / "pooled.keras")
    for path in FOLDER.iterdir():
        (FIXTURES / f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes(), mtime=0))
    (FIXTURES / "keras.json").write_text(
        json.dumps({"keras": keras.__version__, "backend": keras.backend.backend(), "cases": cases}) + "\n"
    )


def check():
    stored = json.loads((FIXTURES / "keras.json").read_text())
    for path in FIXTURES.glob("*.keras.gz"):
        (FOLDER / path.stem).write_bytes(gzip.decompress(path.read_bytes()))
    for name in ["dense", "deep", "odd", "signals"]:
        case = stored["cases"][name]
        model = keras.saving.load_model(FOLDER / f"{name}.keras")
        output = numbers(model(np.reshape(case["input"], (2, *case["shape"])).astype("f4"), training=False))
        print(name, keras.backend.backend(), float(np.abs(np.subtract(output, case["output"])).max()))
    case = stored["cases"]["vae"]
    x = np.reshape(case["input"], (2, *case["shape"])).astype("f4")
    mean = keras.saving.load_model(FOLDER / "vae-encoder.keras")(x)[0]
    output = keras.saving.load_model(FOLDER / "vae-decoder.keras")(mean)
    print("vae", keras.backend.backend(), float(np.abs(np.subtract(numbers(output), case["output"])).max()))


if __name__ == "__main__":
    check() if "--check" in sys.argv else main()
