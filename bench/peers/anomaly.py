"""ROC AUC of anomaly detectors by others, on the splits that bench/anomaly.mjs compares them on.

  python3 anomaly.py FOLDER SEED...

Needs pyod, scikit-learn, tqdm and the data files of aeon: pip install pyod scikit-learn tqdm && pip install --no-deps aeon.
Writes each split, standardised by its training examples, as FOLDER/NAME-SEED.json, and prints one line of JSON with the areas
of every detector and the versions.

Normal are the benign tumours of breast_cancer, and the first class of GunPoint and ItalyPowerDemand, both of their files together.
60% of the normal examples train; the others, and all of the other class, are scored.
"""

import importlib.metadata
import importlib.util
import json
import pathlib
import sys

import numpy as np
import torch
from pyod.models.auto_encoder import AutoEncoder
from pyod.models.vae import VAE
from sklearn.datasets import load_breast_cancer
from sklearn.decomposition import PCA
from sklearn.ensemble import IsolationForest
from sklearn.metrics import roc_auc_score
from sklearn.svm import OneClassSVM

TRAINING_SHARE = 0.6


def breast_cancer():
    x, y = load_breast_cancer(return_X_y=True)
    return x, y == 0  # 0 is malignant


def series(name):
    folder = pathlib.Path(importlib.util.find_spec("aeon").submodule_search_locations[0]) / "datasets/data" / name
    rows, labels = [], []
    for part in ("TRAIN", "TEST"):
        lines = (folder / f"{name}_{part}.ts").read_text().splitlines()
        for line in lines[lines.index("@data") + 1:]:
            values, label = line.rsplit(":", 1)
            rows.append([float(value) for value in values.split(",")])
            labels.append(label.strip())
    return np.array(rows), np.array(labels) != sorted(set(labels))[0]


DATA = {
    "breast_cancer": breast_cancer,
    "GunPoint": lambda: series("GunPoint"),
    "ItalyPowerDemand": lambda: series("ItalyPowerDemand"),
}


def split(x, is_anomaly, seed):
    """Training examples, test examples and their labels, standardised by the training examples, as float32."""
    normal = np.random.default_rng(seed).permutation(np.flatnonzero(~is_anomaly))
    count = round(TRAINING_SHARE * len(normal))
    train = x[normal[:count]]
    test = np.concatenate([x[normal[count:]], x[is_anomaly]])
    labels = np.repeat([0, 1], [len(normal) - count, is_anomaly.sum()])
    mean, deviation = train.mean(0), train.std(0)
    scale = np.where(deviation > 0, deviation, 1)
    return ((train - mean) / scale).astype("float32"), ((test - mean) / scale).astype("float32"), labels


def pca_error(train, test):
    pca = PCA(n_components=0.95, svd_solver="full").fit(train)
    return ((test - pca.inverse_transform(pca.transform(test))) ** 2).sum(1)


def detectors(train, test, seed):
    """Scores by detector, higher for anomalies; all with the settings that their libraries give them by default."""
    yield "PyOD AutoEncoder", AutoEncoder(random_state=seed, verbose=0, device="cpu").fit(train).decision_function(test)
    yield "PyOD VAE", VAE(random_state=seed, verbose=0, device="cpu").fit(train).decision_function(test)
    yield "IsolationForest", -IsolationForest(random_state=seed).fit(train).score_samples(test)
    yield "OneClassSVM", -OneClassSVM().fit(train).score_samples(test)
    yield "PCA, 95% of the variance", pca_error(train, test)


def main(folder, *seeds):
    areas = {}
    for name, load in DATA.items():
        x, is_anomaly = load()
        for seed in map(int, seeds):
            train, test, labels = split(x, is_anomaly, seed)
            content = {"train": train.tolist(), "test": test.tolist(), "labels": labels.tolist()}
            (pathlib.Path(folder) / f"{name}-{seed}.json").write_text(json.dumps(content))
            for detector, scores in detectors(train, test, seed):
                areas.setdefault(name, {}).setdefault(detector, []).append(float(roc_auc_score(labels, scores)))
    versions = {package: importlib.metadata.version(package) for package in ("pyod", "scikit-learn", "torch", "aeon")}
    print(json.dumps({"areas": areas, "versions": versions}))


if __name__ == "__main__":
    torch.set_num_threads(1)
    main(*sys.argv[1:])
