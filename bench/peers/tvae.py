"""Synthetic tables: writes the data, trains CTGAN's TVAE on it, and judges any synthetic table.

    python tvae.py data FOLDER            training.csv and test.csv of each table
    python tvae.py tvae FOLDER SEED       TVAE's rows, with the defaults of the paper's authors
    python tvae.py judge FOLDER NAME      the distances and the scores of FOLDER/TABLE/NAME.csv, as JSON

Needs ctgan 0.12.1, pandas 3.1.1, scikit-learn 1.9.1 and scipy 1.17.1.
"""

import json
import sys
import time
import warnings
from pathlib import Path

import numpy as np
import pandas as pd

warnings.filterwarnings("ignore")
TABLES = {
    "breast_cancer": {"target": "diagnosis", "categories": ["diagnosis"]},
    "adult_like": {
        "target": "income",
        "categories": ["workclass", "education", "marital_status", "sex", "income"],
    },
}


def breast_cancer():
    from sklearn.datasets import load_breast_cancer

    data = load_breast_cancer(as_frame=True)
    table = data.data.rename(columns=lambda name: name.replace(" ", "_"))
    return table.assign(diagnosis=np.array(data.target_names)[data.target])


def adult_like(rows=10_000):
    """Columns of the kinds of the census table "adult": spikes, zero inflation, long tails, rare categories, dependence."""
    random = np.random.default_rng(0)
    age = np.clip(17 + random.gamma(2.6, 8.5, rows), 17, 90).round().astype(int)
    level = np.clip(np.round(random.normal(9.5 + 0.8 * (age > 25), 2.5, rows)), 1, 16).astype(int)
    education = np.array([f"level-{i:02d}" for i in range(1, 17)])[level - 1]
    sex = np.where(random.random(rows) < 0.67, "male", "female")
    is_married = random.random(rows) < 1 / (1 + np.exp(-(age - 32) / 7))
    alone = np.where(random.random(rows) < 1 / (1 + np.exp(-(age - 38) / 5)), "divorced", "never")
    alone = np.where((age > 60) & (random.random(rows) < 0.4), "widowed", alone)
    marital_status = np.where(is_married, "married", alone)
    classes = ["private", "self-employed", "government", "incorporated", "unpaid"]
    chances = np.array([0.72, 0.11, 0.13, 0.035, 0.005])
    workclass = np.array(classes)[random.choice(5, rows, p=chances)]
    hours = np.where(random.random(rows) < 0.47, 40, np.clip(random.normal(41, 13, rows), 1, 99).round()).astype(int)
    hours = np.where((workclass == "self-employed") & (random.random(rows) < 0.5), np.minimum(hours + 12, 99), hours)
    score = -7.2 + 0.035 * age + 0.31 * level + 1.6 * is_married + 0.025 * hours + 0.3 * (sex == "male")
    income = np.where(random.random(rows) < 1 / (1 + np.exp(-score)), ">50K", "<=50K")
    has_gain = random.random(rows) < np.where(income == ">50K", 0.21, 0.04)
    capital_gain = np.where(has_gain, np.exp(random.normal(8.6, 0.9, rows)).round(), 0).astype(int)
    weight = np.exp(random.normal(12, 0.5, rows)).round(1)
    return pd.DataFrame({
        "age": age, "workclass": workclass, "weight": weight, "education": education,
        "marital_status": marital_status, "sex": sex, "capital_gain": capital_gain, "hours": hours, "income": income,
    })


def write_data(folder):
    for name in TABLES:
        table = globals()[name]()
        test = table.sample(frac=0.3, random_state=0)
        (folder / name).mkdir(parents=True, exist_ok=True)
        table.drop(test.index).to_csv(folder / name / "training.csv", index=False)
        test.to_csv(folder / name / "test.csv", index=False)


def train_tvae(folder, seed):
    import torch
    from ctgan import TVAE

    for name, facts in TABLES.items():
        training = pd.read_csv(folder / name / "training.csv")
        np.random.seed(seed)
        torch.manual_seed(seed)
        torch.set_num_threads(1)
        begin = time.perf_counter()
        model = TVAE(epochs=300, enable_gpu=False)
        model.fit(training, facts["categories"])
        synthetic = model.sample(len(training))
        synthetic.to_csv(folder / name / f"tvae-{seed}.csv", index=False)
        print(name, "tvae", seed, f"{time.perf_counter() - begin:.1f} s", flush=True)


def judge(folder, who):
    result = {}
    for name, facts in TABLES.items():
        training, test = (pd.read_csv(folder / name / f"{split}.csv") for split in ("training", "test"))
        synthetic = pd.read_csv(folder / name / f"{who}.csv") if who != "real" else training
        result[name] = {**distances(test, synthetic, facts["categories"]), **utility(training, test, synthetic, facts)}
    print(json.dumps(result))


def distances(real, synthetic, categories):
    """Wasserstein in standard deviations of the real column, total variation, and the difference of correlations."""
    from scipy.stats import wasserstein_distance

    numbers = [column for column in real.columns if column not in categories]
    wasserstein = [wasserstein_distance(real[c], synthetic[c]) / real[c].std() for c in numbers]
    variation = []
    for column in categories:
        shares = pd.concat([t[column].value_counts(normalize=True) for t in (real, synthetic)], axis=1).fillna(0)
        variation.append(float((shares.iloc[:, 0] - shares.iloc[:, 1]).abs().sum() / 2))
    correlations = (real[numbers].corr() - synthetic[numbers].corr().fillna(0)).abs().to_numpy()
    return {
        "wasserstein": float(np.mean(wasserstein)),
        "totalVariation": float(np.mean(variation)),
        "correlations": float(correlations[np.triu_indices(len(numbers), 1)].mean()),
    }


def utility(training, test, synthetic, facts):
    """ROC AUC and accuracy on real test rows of classifiers that learned from the synthetic rows."""
    from sklearn.compose import ColumnTransformer
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import roc_auc_score
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    target = facts["target"]
    positive = sorted(training[target].unique())[-1]
    categories = [column for column in facts["categories"] if column != target]
    numbers = [column for column in training.columns if column not in facts["categories"]]
    scores = []
    for classifier in (LogisticRegression(max_iter=2000), RandomForestClassifier(200, random_state=0, n_jobs=1)):
        columns = ColumnTransformer([
            ("numbers", StandardScaler(), numbers),
            ("categories", OneHotEncoder(handle_unknown="ignore"), categories),
        ])
        model = make_pipeline(columns, classifier)
        model.fit(synthetic.drop(columns=target), synthetic[target] == positive)
        chance = model.predict_proba(test.drop(columns=target))[:, -1]
        scores.append(roc_auc_score(test[target] == positive, chance))
    return {"aucLogistic": scores[0], "aucForest": scores[1]}


if __name__ == "__main__":
    command, folder, *rest = sys.argv[1:]
    if command == "data":
        write_data(Path(folder))
    elif command == "tvae":
        train_tvae(Path(folder), int(rest[0]))
    else:
        judge(Path(folder), rest[0])
