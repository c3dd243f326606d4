"""ROC AUC, average precision and quantiles of scores with many ties, by scikit-learn and NumPy, in float64."""

import numpy as np
from sklearn.metrics import average_precision_score, roc_auc_score


def oracle():
    generator = np.random.default_rng(11)
    cases = []
    for count, share, levels in [(2, 0.5, 0), (30, 0.5, 4), (200, 0.1, 0), (200, 0.1, 6), (500, 0.02, 1), (500, 0.9, 40)]:
        labels = (generator.random(count) < share).astype(int)
        labels[:2] = [0, 1]
        scores = generator.normal(size=count) + labels
        if levels:
            scores = np.round(scores * levels / 4) / 4  # ties
        scores = scores.astype(np.float32).astype(np.float64)
        cases.append({
            "scores": scores.tolist(),
            "labels": labels.tolist(),
            "rocAuc": float(roc_auc_score(labels, scores)),
            "averagePrecision": float(average_precision_score(labels, scores)),
            "quantiles": {str(q): float(np.quantile(scores, q)) for q in (0, 0.1, 0.5, 0.95, 0.99, 1)},
        })
    return {"cases": cases}
