"""Writes packages/datasets/fixtures/pandas: tables as pandas writes them, and what pandas reads back.

Run: python3 reference/pandas_fixtures.py          (pandas 3.1.1)
"""

import csv
import gzip
import io
import json
from pathlib import Path

import numpy as np
import pandas as pd

FOLDER = Path(__file__).parent.parent / "packages" / "datasets" / "fixtures" / "pandas"


def table() -> pd.DataFrame:
    return pd.DataFrame({
        "whole": [1, -2, 2**53 - 1, 0],
        "whole_missing": pd.array([1, None, 3, 4], dtype="Int64"),
        "number_from_whole": [1.0, np.nan, 3.0, 4.0],
        "number": [0.1, -1e-300, np.nan, 1e300],
        "text": ['a "quoted", text', None, "line\nbreak", "ä€🦎"],
        "category": pd.Categorical(["low", None, "high", "low"], categories=["high", "low", "unused"]),
        "flag": [True, False, True, False],
        "flag_missing": pd.array([True, None, False, True], dtype="boolean"),
        "day": pd.to_datetime(["2024-02-29", None, "1969-12-31", "2100-01-01"]),
        "time": pd.to_datetime(["2024-02-29 12:34:56.789", None, "1969-12-31", "2100-01-01"], format="ISO8601"),
        "zoned": pd.to_datetime(["2024-07-01 00:00+02:00", None, "2024-07-01 12:00+02:00", "2024-07-02 00:00+02:00"]),
    })


def cell(value):
    """A cell as JSON: dates as milliseconds since 1970 in UTC."""
    if value is None or value is pd.NaT or value is pd.NA or (isinstance(value, float) and np.isnan(value)):
        return None
    if isinstance(value, pd.Timestamp):
        zoned = value if value.tzinfo else value.tz_localize("UTC")
        return {"date": int(zoned.timestamp() * 1000 + (0.5 if zoned.timestamp() > 0 else -0.5))}
    return value.item() if isinstance(value, np.generic) else value


def write() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    frame = table()
    plain = frame.to_csv(index=False)
    files = {
        "plain.csv": plain.encode(),
        "index.csv": frame.to_csv().encode(),
        "all-quoted.csv": frame.to_csv(index=False, quoting=csv.QUOTE_ALL).encode(),
        "crlf.csv": frame.to_csv(index=False, lineterminator="\r\n").encode(),
        "old-mac.csv": frame.drop(columns="text").to_csv(index=False, lineterminator="\r").encode(),
        "bom.csv": plain.encode("utf-8-sig"),
        "utf-16.csv": plain.encode("utf-16"),
        "windows-1252.csv": frame.replace({"text": {"ä€🦎": "ä€"}}).to_csv(index=False).encode("cp1252"),
        "decimal-comma.csv": frame.to_csv(index=False, sep=";", decimal=",").encode(),
        "tabs.csv": frame.to_csv(index=False, sep="\t").encode(),
        "na-rep.csv": frame.to_csv(index=False, na_rep="NA").encode(),
        "one-column.csv": frame[["number"]].to_csv(index=False).encode(),
        "infinite.csv": pd.DataFrame({"x": [1.5, np.inf, -np.inf]}).to_csv(index=False).encode(),
        "nan-rep.csv": pd.DataFrame({"x": [1.5, np.nan]}).to_csv(index=False, na_rep="NaN").encode(),
        "postcodes.csv": pd.DataFrame({"postcode": ["01234", "98765"], "account": ["12345678901234567890", "1"]}).to_csv(index=False).encode(),
    }
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", mtime=0) as file:
        file.write(plain.encode())
    files["plain.csv.gz"] = packed.getvalue()
    for name, content in files.items():
        (FOLDER / name).write_bytes(content)

    dates = ["day", "time", "zoned"]
    back = pd.read_csv(FOLDER / "plain.csv", dtype={"whole_missing": "Int64"})
    for column in dates:
        back[column] = pd.to_datetime(back[column], format="ISO8601", utc=True)
    expected = {
        "versions": {"pandas": pd.__version__, "numpy": np.__version__},
        "rows": [{name: cell(value) for name, value in zip(frame.columns, row)} for row in frame.itertuples(index=False)],
        "pandas": {
            "dtypes": {name: str(dtype) for name, dtype in pd.read_csv(FOLDER / "plain.csv").dtypes.items()},
            "postcodes": pd.read_csv(FOLDER / "postcodes.csv").astype(object).map(cell).to_dict("records"),
            "index": list(pd.read_csv(FOLDER / "index.csv").columns[:2]),
            "oneColumnRows": len(pd.read_csv(FOLDER / "one-column.csv")),
            "infinite": [str(x) for x in pd.read_csv(FOLDER / "infinite.csv")["x"]],
        },
    }
    assert [cell(x) for x in back["day"]] == [row["day"] for row in expected["rows"]]
    (FOLDER / "expected.json").write_text(json.dumps(expected, ensure_ascii=False, indent=1) + "\n")


write()
