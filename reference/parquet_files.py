"""Writes packages/datasets/fixtures/parquet/*.parquet, with which `fromParquet` is tested.

Run: python3 reference/parquet_files.py        (pandas 3.1.1, pyarrow 26.0.1, polars 2.1.0, pillow 13.0.0)
hyparquet-writer.parquet is what hyparquet-writer 0.17.0 makes of the rows [Float32Array.of(1, 2), Float32Array.of(3, 4)] of a column
x: parquetWriteBuffer({ columnData: [{ name: 'x', data: rows }, { name: 'n', data: [1.5, 2.5] }] }).
expected.json holds what pyarrow reads back, in row-major order, or the name of the file with the same content.
"""

import io
import json
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
from PIL import Image

FIXTURES = Path(__file__).parent.parent / "packages" / "datasets" / "fixtures" / "parquet"
EXPECTED: dict[str, object] = {}


def numbers(rows: int) -> pa.Table:
    i = np.arange(rows)
    return pa.table(
        {
            "float": pa.array((i * 0.37 % 5).astype("f4")),
            "double": pa.array(np.sin(i)),
            "int": pa.array((i % 7 - 3).astype("i4")),
            "long": pa.array(i * 1000003),
            "flag": pa.array(i % 3 == 0),
        }
    )


def expect(name: str, table: pa.Table, columns: list[str]) -> None:
    rows = [np.concatenate([np.asarray(row[column], dtype="f8").ravel() for column in columns]) for row in table.to_pylist()]
    content = {"columns": columns, "rows": len(rows), "values": np.concatenate(rows).tolist()}
    EXPECTED[name] = next((other for other, known in EXPECTED.items() if known == content), content)


def layouts() -> None:
    table = numbers(60)
    columns = table.column_names
    kinds = {
        "plain": {"use_dictionary": False, "compression": "none"},
        "dictionary": {"use_dictionary": True, "compression": "none"},
        "groups": {"row_group_size": 17},
        "pages-v2": {"data_page_version": "2.0", "data_page_size": 64, "write_batch_size": 8},
        "small-pages": {"data_page_size": 64, "write_batch_size": 8, "use_dictionary": False},
        "snappy": {"compression": "snappy"},
        "gzip": {"compression": "gzip"},
        "zstd": {"compression": "zstd"},
        "brotli": {"compression": "brotli"},
        "lz4": {"compression": "lz4"},
        "split": {"use_dictionary": False, "column_encoding": {"float": "BYTE_STREAM_SPLIT", "double": "BYTE_STREAM_SPLIT"}},
        "delta": {"use_dictionary": False, "column_encoding": {"int": "DELTA_BINARY_PACKED", "long": "DELTA_BINARY_PACKED"}},
        "index": {"write_page_index": True, "data_page_size": 64, "write_batch_size": 8},
        "checksums": {"write_page_checksum": True},
    }
    for name, options in kinds.items():
        pq.write_table(table, FIXTURES / f"{name}.parquet", **options)
        expect(name, table, columns)
    required = pa.schema([pa.field(name, table.schema.field(name).type, nullable=False) for name in columns])
    pq.write_table(table.cast(required), FIXTURES / "required.parquet")
    expect("required", table, columns)
    frame = table.to_pandas()
    frame.to_parquet(FIXTURES / "pandas.parquet")
    expect("pandas", table, columns)
    pl.from_arrow(table).write_parquet(FIXTURES / "polars.parquet")
    expect("polars", table, columns)


def types() -> None:
    i = np.arange(12)
    table = pa.table(
        {
            "half": pa.array((i / 3).astype("f2")),
            "small": pa.array((i - 6).astype("i1")),
            "short": pa.array((i * 500 - 3000).astype("i2")),
            "word": pa.array((i * 5000).astype("u2")),
            "unsigned": pa.array((i * 300_000_000).astype("u4")),
            "unsignedLong": pa.array(i.astype("u8") * 2**40),
            "decimal": pa.array([Decimal(int(n)) / 4 for n in i], pa.decimal128(9, 2)),
            "wide": pa.array([Decimal(int(n)) * 1000 for n in i], pa.decimal128(30, 2)),
        }
    )
    pq.write_table(table, FIXTURES / "types.parquet")
    expect("types", table, table.column_names)
    pixels = pa.table({f"pixel{n}": pa.array(((i * 21 + n * 3) % 256).astype("u1")) for n in range(4)})
    pq.write_table(pixels, FIXTURES / "bytes.parquet")
    expect("bytes", pixels, pixels.column_names)


def lists() -> None:
    i = np.arange(12, dtype="f4").reshape(3, 4)
    vectors = pa.array(i.tolist(), pa.list_(pa.float32()))
    pq.write_table(pa.table({"x": vectors, "label": pa.array([2, 0, 1])}), FIXTURES / "lists.parquet")
    fixed = pa.FixedSizeListArray.from_arrays(pa.array(i.ravel()), 4)
    pq.write_table(pa.table({"x": fixed, "label": pa.array(["b", "a", "b"])}), FIXTURES / "fixed-lists.parquet")
    nested = pa.array(i.reshape(3, 2, 2).tolist(), pa.list_(pa.list_(pa.float64())))
    pq.write_table(pa.table({"x": nested}), FIXTURES / "nested-lists.parquet")
    tensor = pa.ExtensionArray.from_storage(pa.fixed_shape_tensor(pa.float32(), (2, 2)), fixed)
    pq.write_table(pa.table({"x": tensor}), FIXTURES / "tensors.parquet")
    pl.DataFrame({"x": pl.Series(i.reshape(3, 2, 2).tolist(), dtype=pl.Array(pl.Float32, (2, 2)))}).write_parquet(
        FIXTURES / "polars-array.parquet"
    )
    bytes_ = pa.array((i.astype("u1") * 20).tolist(), pa.list_(pa.uint8()))
    pq.write_table(pa.table({"x": bytes_}), FIXTURES / "byte-lists.parquet")
    ragged = pa.array([[1.0, 2.0], [3.0]], pa.list_(pa.float32()))
    pq.write_table(pa.table({"x": ragged}), FIXTURES / "ragged.parquet")
    holes = pa.array([[1.0, 2.0], [3.0, None]], pa.list_(pa.float32()))
    pq.write_table(pa.table({"x": holes}), FIXTURES / "holes.parquet")
    pq.write_table(pa.table({"x": pa.array([[1.0], None], pa.list_(pa.float32()))}), FIXTURES / "no-list.parquet")


def missing() -> None:
    pd.DataFrame({"x": [1.0, np.nan, 3.0], "y": [1, 2, 3]}).to_parquet(FIXTURES / "missing.parquet")
    table = pa.table({"name": ["a", "b"], "day": pa.array([1, 2], pa.date32()), "big": pa.array([2**53 + 1, 1]), "n": [1.0, 2.0]})
    pq.write_table(table, FIXTURES / "others.parquet")
    pq.write_table(pa.table({"x": pa.array([], pa.float32())}), FIXTURES / "empty.parquet")


def images() -> None:
    """As `datasets` of Hugging Face writes a column of images with labels: structs of bytes and path, features in the metadata."""

    def png(n: int, mode: str, size: tuple[int, int] = (4, 3)) -> bytes:
        width, height = size
        channels = {"L": 1, "RGB": 3}[mode]
        pixels = ((np.arange(height * width * channels) * 3 + n * 7) % 256).astype("u1")
        file = io.BytesIO()
        shape = (height, width) if channels == 1 else (height, width, channels)
        Image.fromarray(pixels.reshape(shape), mode).save(file, "png")
        return file.getvalue()

    image = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
    features = {
        "image": {"_type": "Image"},
        "label": {"names": ["cat", "dog", "owl"], "_type": "ClassLabel"},
    }
    metadata = {"huggingface": json.dumps({"info": {"features": features}})}

    def write(name: str, pictures: list[object]) -> None:
        table = pa.table({"image": pa.array(pictures, image), "label": pa.array([n % 3 for n in range(len(pictures))])})
        pq.write_table(table.replace_schema_metadata(metadata), FIXTURES / f"{name}.parquet", row_group_size=3)

    write("images", [{"bytes": png(n, "L"), "path": f"{n}.png"} for n in range(5)])
    write("colours", [{"bytes": png(n, "RGB"), "path": None} for n in range(5)])
    write("sizes", [{"bytes": png(0, "L"), "path": None}, {"bytes": png(1, "L", (5, 3)), "path": None}])
    write("paths", [{"bytes": None, "path": "a.png"}])
    write("no-image", [{"bytes": png(0, "L"), "path": None}, None])
    write("broken-image", [{"bytes": png(0, "L")[:40], "path": None}])
    plain = pa.table({"image": pa.array([png(n, "L") for n in range(2)], pa.binary())})
    pq.write_table(plain, FIXTURES / "binary.parquet")


def main() -> None:
    FIXTURES.mkdir(parents=True, exist_ok=True)
    for write in (layouts, types, lists, missing, images):
        write()
    text = json.dumps(EXPECTED, separators=(",", ":"))
    (FIXTURES / "expected.json").write_text(text + "\n")
    print(sum(path.stat().st_size for path in FIXTURES.iterdir()), "bytes")


if __name__ == "__main__":
    main()
