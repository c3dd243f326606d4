"""Writes packages/formats/fixtures/hdf5: the same array as h5py stores it in every way, and what the readers of JavaScript get wrong.

Run: python3 reference/hdf5_files.py          (h5py 3.16.0, which brings HDF5 2.0.0)
"""

import gzip
import io
import json
from pathlib import Path

import h5py
import numpy as np

FIXTURES = Path(__file__).parent.parent / "packages" / "formats" / "fixtures" / "hdf5"
ARRAY = (np.arange(63, dtype="f4").reshape(7, 9) / 8 - 3).astype("f4")


def stored(f):
    f["plain"] = ARRAY
    f["bigEndian"] = ARRAY.astype(">f4")
    f["half"] = ARRAY.astype("f2")
    f["double"] = ARRAY.astype("f8")
    f.create_dataset("chunks", data=ARRAY, chunks=(3, 4))
    f.create_dataset("gzip", data=ARRAY, chunks=(3, 4), compression="gzip")
    f.create_dataset("everyFilter", data=ARRAY, chunks=(3, 4), compression="gzip", shuffle=True, fletcher32=True)
    f.create_dataset("oneChunk", data=ARRAY, chunks=(7, 9), compression="gzip")
    f["integers"] = np.array([-(2**31), -1, 2**53 - 1])
    f["bytes"] = np.array([0, 255], dtype="u1")
    f["truths"] = np.array([True, False])
    f["scalar"] = np.float32(3.5)
    f["empty"] = np.zeros((0, 3), "f4")
    f["nothing"] = h5py.Empty("f4")
    f.attrs["text"] = "größe"
    f.attrs["texts"] = ["kernel", "bias"]
    f.attrs["fixed"] = np.array([b"kernel", b"bias"])
    f.attrs["numbers"] = np.array([1, 2, 3])
    f.attrs["nothing"] = h5py.Empty("f4")
    many = f.create_group("many")
    for i in range(70):
        many.create_group(f"layer_{i}").attrs["name"] = f"name {i}"
    for i in range(12):
        many.attrs[f"attribute {i}"] = i


def refused():
    """By name, a file of one array that no reader here may take for numbers."""
    shapes = {
        "lzf": lambda f: f.create_dataset("x", data=ARRAY, chunks=(7, 9), compression="lzf"),
        "scaleoffset": lambda f: f.create_dataset("x", data=ARRAY, chunks=(7, 9), scaleoffset=2),
        "complex": lambda f: f.create_dataset("x", data=ARRAY.astype("c8")),
        "opaque": lambda f: f.create_dataset("x", data=ARRAY.astype("f2").view("V2")),
        "long": lambda f: f.create_dataset("x", data=np.array([2**53 + 1])),
        "growing": lambda f: f.create_dataset("x", data=ARRAY, maxshape=(None, None), chunks=(3, 4)),
        "unwritten": lambda f: f.create_dataset("x", shape=(7, 9), chunks=(3, 4), dtype="f4"),
    }
    for name, write in shapes.items():
        yield name, write, "latest" if name == "growing" else None


def bytes_of(write, libver=None):
    buffer = io.BytesIO()
    with h5py.File(buffer, "w", libver=libver) as f:
        write(f)
    return buffer.getvalue()


def main():
    FIXTURES.mkdir(parents=True, exist_ok=True)
    files = {"earliest": bytes_of(stored), "latest": bytes_of(stored, "latest")}
    files |= {f"refused-{name}": bytes_of(write, libver) for name, write, libver in refused()}
    for name, content in files.items():
        (FIXTURES / f"{name}.h5.gz").write_bytes(gzip.compress(content, mtime=0))
    (FIXTURES / "hdf5.json").write_text(json.dumps({"h5py": h5py.__version__, "hdf5": h5py.version.hdf5_version}) + "\n")


if __name__ == "__main__":
    main()
