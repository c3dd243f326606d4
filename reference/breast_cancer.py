"""Writes the table of docs/guides/data: the ten means of scikit-learn's breast_cancer, and the diagnosis."""

import pathlib

from sklearn.datasets import load_breast_cancer

data = load_breast_cancer()
names = [str(name) for name in data.feature_names[:10]]
lines = [",".join([*names, "diagnosis"])]
for row, label in zip(data.data[:, :10], data.target):
    lines.append(",".join([*(f"{value:g}" for value in row), str(data.target_names[label])]))
path = pathlib.Path(__file__).parent.parent / "docs/guides/data/breast-cancer.csv"
path.write_text("\n".join(lines) + "\n")
print(f"{path.name}: {path.stat().st_size} bytes")
