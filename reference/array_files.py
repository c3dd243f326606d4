"""Writes packages/datasets/fixtures/*.npy and *.npz, with which the readers of NumPy's files are tested.

Run: python3 reference/array_files.py          (numpy 2.4.6, ml_dtypes 0.6.0)
Every array holds the numbers that expected.json lists; those of the types that are refused are not listed.
"""

import io
import json
from pathlib import Path

import ml_dtypes
import numpy as np

FIXTURES = Path(__file__).parent.parent / "packages" / "datasets" / "fixtures" / "numpy"


def arrays() -> dict[str, np.ndarray]:
    grid = np.arange(24).reshape(4, 2, 3)
    found = {}
    for code in ["f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8"]:
        signed = grid - 12 if code[0] != "u" else grid * 10
        for order in "<>" if code[1] != "1" else "|":
            found[f"{ {'<': 'little', '>': 'big', '|': 'one'}[order] }-{code}"] = signed.astype(order + code)
    found["bool"] = grid % 3 == 0
    found["fortran"] = np.asfortranarray(grid.astype("<f4"))
    found["fortran-bytes"] = np.asfortranarray(grid.astype("u1"))
    found["fortran-big"] = np.asfortranarray(grid.astype(">f8"))
    found["strided"] = grid.astype("<f4")[:, ::-1, ::2]
    found["vector"] = np.arange(4, dtype="<f4")
    found["scalar"] = np.array(1.5, dtype="<f4")
    found["empty"] = np.zeros((0, 3), dtype="<f4")
    found["half"] = np.array([[1, -2.5, 65504, 6e-8, 6.1e-5, -0.0, 0.1, 0]], dtype="<f2")
    found["exact"] = np.array([2**53 - 1, -(2**53 - 1), 0, 1], dtype="<i8")
    return found


def refused() -> dict[str, np.ndarray]:
    return {
        "beyond": np.array([2**53 + 1], dtype="<i8"),
        "object": np.array([None, {"a": 1}], dtype=object),
        "text": np.array(["ab", "c"]),
        "byte-text": np.array([b"ab", b"c"]),
        "complex": np.array([1 + 2j]),
        "dates": np.array(["2026-11-30"], dtype="datetime64[ns]"),
        "structured": np.array([(1, 2.0)], dtype=[("x", "<i4"), ("y", "<f4")]),
        "structured-latin": np.array([(1,)], dtype=[("\u00e9", "<i4")]),
        "structured-utf8": np.array([(1,)], dtype=[("\u0416", "<i4")]),
        "bfloat16": np.array([1, 2], dtype=ml_dtypes.bfloat16),
        "float8-e4m3": np.array([1, 2], dtype=ml_dtypes.float8_e4m3fn),
        "float8-e5m2": np.array([1, 2], dtype=ml_dtypes.float8_e5m2),
        "long-double": np.array([1, 2], dtype=np.longdouble),
    }


def main() -> None:
    FIXTURES.mkdir(parents=True, exist_ok=True)
    expected = {}
    for name, array in arrays().items():
        np.save(FIXTURES / f"{name}.npy", array)
        expected[name] = {"shape": list(array.shape), "values": array.astype("f8").ravel().tolist()}
    for name, array in refused().items():
        np.save(FIXTURES / f"{name}.npy", array, allow_pickle=True)
    for version in [(2, 0), (3, 0)]:
        with open(FIXTURES / f"version-{version[0]}.npy", "wb") as file:
            np.lib.format.write_array(file, np.arange(6, dtype="<f4").reshape(2, 3), version=version)
        expected[f"version-{version[0]}"] = {"shape": [2, 3], "values": [0, 1, 2, 3, 4, 5]}

    images = np.arange(6 * 4 * 4, dtype="u1").reshape(6, 4, 4)
    colours = np.arange(6 * 2 * 2 * 3, dtype="u1").reshape(6, 2, 2, 3)
    labels = np.array([3, 1, 2, 0, 1, 2])
    np.savez(FIXTURES / "stored.npz", x=images, y=labels)
    np.savez_compressed(FIXTURES / "deflated.npz", x=images, y=labels)
    np.savez(FIXTURES / "one.npz", images)
    # As medmnist 3 and Keras' mnist.npz are made: labels [n, 1] of bytes, and other names.
    np.savez_compressed(
        FIXTURES / "medmnist.npz",
        train_images=colours, train_labels=labels[:, None].astype("u1"),
        val_images=colours[:2], val_labels=labels[:2, None].astype("u1"),
        test_images=colours[:3], test_labels=labels[:3, None].astype("u1"),
    )
    np.savez(FIXTURES / "keras.npz", x_train=images, y_train=labels.astype("u1"), x_test=images[:2], y_test=labels[:2].astype("u1"))
    np.savez(FIXTURES / "mixed.npz", allow_pickle=True, x=images, names=np.array(["a"], dtype=object))

    class Pipe(io.BytesIO):
        """What cannot seek: zip entries then have their sizes behind the data."""

        def seekable(self) -> bool:
            return False

        def seek(self, *_: int) -> int:
            raise io.UnsupportedOperation("seek")

        def tell(self) -> int:
            raise io.UnsupportedOperation("tell")

    pipe = Pipe()
    np.savez(pipe, x=images, y=labels)
    (FIXTURES / "pipe.npz").write_bytes(pipe.getvalue())
    np.save(FIXTURES / "labels.npy", labels)
    np.save(FIXTURES / "images.npy", images)
    (FIXTURES / "expected.json").write_text(json.dumps(expected, separators=(",", ":")) + "\n")
    print(sum(path.stat().st_size for path in FIXTURES.iterdir()), "bytes")


if __name__ == "__main__":
    main()
