"""Measures of representations, by scikit-learn and NumPy: principal components, probes, clusters, scores of disentanglement.

The scores follow the papers as disentanglement_lib reads them (MIG, SAP, DCI, modularity, beta-VAE, FactorVAE); votes are drawn by
the random streams of @ae/core. `library` holds what disentanglement_lib 1.5 itself computes from the same codes, without its gin
and TensorFlow. scikit-learn draws among splits of a tree that are equally good: `spread` tells how far that moves importances.
"""

import binascii
import math
import sys
import types
import warnings

import numpy as np
from scipy.stats import entropy
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import adjusted_rand_score, mutual_info_score, normalized_mutual_info_score
from sklearn.neighbors import KNeighborsClassifier
from sklearn.svm import LinearSVC

import streams


def oracle():
    return {
        "pca": pca(),
        "probes": [probe(classes, penalty) for classes, penalty in [(2, 1.0), (2, 20.0), (4, 1.0), (4, 0.01)]],
        "neighbors": [neighbors(k, metric) for k, metric in [(1, "euclidean"), (6, "euclidean"), (5, "cosine")]],
        "kMeans": k_means(),
        "agreement": agreement(),
        "disentanglement": [disentanglement(kind) for kind in ("axes", "mixed", "dead")],
        "shapes": {str(size): f"crc32:{binascii.crc32(shapes(size).tobytes()):08x}" for size in (32, 64)},
    }


def exact(values):
    """Short numbers that float32 holds."""
    return np.round(np.asarray(values) * 64) / 64


def rows(array):
    return np.asarray(array).tolist()


def pca():
    generator = np.random.default_rng(1)
    codes = exact(generator.normal(size=(30, 3)) @ generator.normal(size=(3, 5)) + generator.normal(size=(30, 5)) / 4 + 3)
    fitted = PCA(4, svd_solver="full").fit(codes)
    return {
        "codes": rows(codes),
        "directions": rows(fitted.components_.ravel()),
        "variances": rows(fitted.explained_variance_),
        "shares": rows(fitted.explained_variance_ratio_),
        "projected": rows(fitted.transform(codes).ravel()),
    }


def blobs(generator, count, classes, size, spread=1.0):
    centers = generator.normal(size=(classes, size)) * 2
    labels = generator.integers(classes, size=count)
    return exact(centers[labels] + generator.normal(size=(count, size)) * spread), labels


def probe(classes, penalty):
    generator = np.random.default_rng(classes)
    codes, labels = blobs(generator, 90, classes, 3)
    codes = codes * np.array([1, 4, 16]) + np.array([5, 0, -3])
    labels = labels * 3 - 1
    model = LogisticRegression(C=1 / penalty, tol=1e-12, max_iter=100000, solver="newton-cg").fit(codes[:50], labels[:50])
    return {
        "penalty": penalty,
        "codes": rows(codes),
        "labels": rows(labels),
        "train": 50,
        "weights": rows(model.coef_.ravel()),
        "intercepts": rows(model.intercept_),
        "accuracy": float(model.score(codes[50:], labels[50:])),
        "trainAccuracy": float(model.score(codes[:50], labels[:50])),
    }


def neighbors(k, metric):
    generator = np.random.default_rng(k)
    codes, labels = blobs(generator, 90, 4, 3, 2.0)
    model = KNeighborsClassifier(k, metric=metric, algorithm="brute").fit(codes[:50], labels[:50])
    return {
        "neighbors": k,
        "distance": metric,
        "codes": rows(codes),
        "labels": rows(labels),
        "train": 50,
        "predictions": rows(model.predict(codes[50:])),
        "accuracy": float(model.score(codes[50:], labels[50:])),
    }


def k_means():
    generator = np.random.default_rng(7)
    codes, _ = blobs(generator, 60, 5, 2, 0.7)
    start = codes[:5]
    one = KMeans(5, init=start, n_init=1, tol=0, algorithm="lloyd").fit(codes)
    best = KMeans(5, n_init=100, tol=0, random_state=0).fit(codes)
    return {
        "codes": rows(codes),
        "start": rows(start.ravel()),
        "clusters": rows(one.labels_),
        "centers": rows(one.cluster_centers_.ravel()),
        "inertia": float(one.inertia_),
        "bestInertia": float(best.inertia_),
    }


def agreement():
    generator = np.random.default_rng(3)
    pairs = [
        ([0, 0, 1, 1], [7, 7, -2, -2]),
        ([0, 0, 0, 0], [0, 1, 2, 3]),
        ([0, 0, 0], [1, 1, 1]),
        ([0, 1, 2], [2, 0, 1]),
        ([5], [1]),
        ([0, 0, 1, 1], [0, 1, 0, 1]),
        (rows(generator.integers(4, size=60)), rows(generator.integers(7, size=60))),
    ]
    labels = generator.integers(5, size=80)
    pairs.append((rows(labels), rows(np.where(generator.random(80) < 0.7, labels, generator.integers(5, size=80)))))
    averages = {"arithmetic": "arithmetic", "geometric": "geometric", "minimum": "min", "maximum": "max"}
    return [
        {
            "labels": a,
            "clusters": b,
            "adjustedRandIndex": float(adjusted_rand_score(a, b)),
            "normalizedMutualInformation": {
                name: float(normalized_mutual_info_score(a, b, average_method=method)) for name, method in averages.items()
            },
        }
        for a, b in pairs
    ]


SIZES = (2, 3, 4)


def disentanglement(kind):
    """Codes of three factors: each in a latent of its own with noise, mixed, or with a latent that never varies."""
    generator = np.random.default_rng(21)
    count, train = 360, 240
    factors = np.stack([generator.integers(size, size=count) for size in SIZES], 1)
    mixing = np.eye(3, 4) if kind != "mixed" else generator.normal(size=(3, 4))
    codes = exact((factors - factors.mean(0)) @ mixing + generator.normal(size=(count, 4)) * 0.6)
    if kind == "dead":
        codes[:, 3] = 0.25
    information, entropies = mutual_information(codes, factors, 20)
    ordered = np.sort(information, 0)[::-1]
    squares = information**2
    largest = squares.max(1)
    with np.errstate(invalid="ignore"):
        latents = np.where(largest == 0, 0, 1 - (squares.sum(1) - largest) / (largest * (len(SIZES) - 1)))
    return {
        "codes": rows(codes),
        "factors": rows(factors),
        "train": train,
        "mig": float(np.mean((ordered[0] - ordered[1]) / entropies)),
        "gaps": rows((ordered[0] - ordered[1]) / entropies),
        "modularity": float(latents.mean()),
        "sap": {
            "accuracy": sap(np.array([[svc_accuracy(codes, factors, train, i, j) for j in range(3)] for i in range(4)])),
            "squaredCorrelation": sap(
                np.array([[squared_correlation(codes[:train, i], factors[:train, j]) for j in range(3)] for i in range(4)])
            ),
        },
        "dci": [dci(codes, factors, train), dci(codes, factors, train, rounds=4, depth=2)],
        "library": library_scores(codes, factors, train),
        "betaVaeScore": beta_vae_score(codes, factors),
        "factorVaeScore": factor_vae_score(codes, factors),
    }


def library_scores(codes, factors, train):
    """The scores of disentanglement_lib, whose functions ask for data in turn and get ours in its order."""
    gin = types.ModuleType("gin")
    gin.tf = types.ModuleType("gin.tf")
    gin.REQUIRED = None
    gin.configurable = lambda *_, **__: lambda function: function
    sys.modules.update({"gin": gin, "gin.tf": gin.tf})
    from disentanglement_lib.evaluation.metrics import mig, modularity_explicitness, sap_score, utils

    utils.make_discretizer = lambda target: utils._histogram_discretize(target, num_bins=20)

    class Data:
        at = 0

        def sample(self, count, _):
            self.at += count
            return factors[self.at - count : self.at], codes[self.at - count : self.at]

    ask = [lambda observations: observations, None]
    count = len(codes)
    sizes = {"num_train": train, "num_test": count - train, "batch_size": count}
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        return {
            "mig": float(mig.compute_mig(Data(), *ask, num_train=count, batch_size=count)["discrete_mig"]),
            "modularity": float(
                modularity_explicitness.modularity(
                    utils.discrete_mutual_info(utils.make_discretizer(codes.T), factors.T)
                )
            ),
            "sap": {
                name: float(sap_score.compute_sap(Data(), *ask, **sizes, continuous_factors=continuous)["SAP_score"])
                for name, continuous in [("accuracy", False), ("squaredCorrelation", True)]
            },
        }


def mutual_information(codes, factors, bins):
    binned = [np.digitize(column, np.histogram(column, bins)[1][:-1]) for column in codes.T]
    information = np.array([[mutual_info_score(factor, column) for factor in factors.T] for column in binned])
    return information, np.array([mutual_info_score(factor, factor) for factor in factors.T])


def sap(scores):
    ordered = np.sort(scores, 0)
    return {"value": float(np.mean(ordered[-1] - ordered[-2])), "scores": rows(scores.ravel())}


def svc_accuracy(codes, factors, train, i, j):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = LinearSVC(C=0.01, class_weight="balanced", tol=1e-12, max_iter=100000, dual=False)
        model.fit(codes[:train, i : i + 1], factors[:train, j])
    return float(model.score(codes[train:, i : i + 1], factors[train:, j]))


def squared_correlation(x, y):
    covariance = np.cov(x, y, ddof=1)
    return float(covariance[0, 1] ** 2 / (covariance[0, 0] * covariance[1, 1])) if covariance[0, 0] > 1e-12 else 0.0


def dci(codes, factors, train, rounds=100, depth=3, seeds=5):
    """Of several seeds: their mean, and how far importances differ between them."""
    fits = [
        [
            GradientBoostingClassifier(n_estimators=rounds, max_depth=depth, random_state=seed).fit(codes[:train], factor[:train])
            for factor in factors.T
        ]
        for seed in range(seeds)
    ]
    importances = np.array([[model.feature_importances_ for model in models] for models in fits])
    mean = importances.mean(0).T

    def accuracy(part):
        return float(np.mean([[model.score(codes[part], factor[part]) for model, factor in zip(models, factors.T)] for models in fits]))

    return {
        "rounds": rounds,
        "depth": depth,
        "spread": float(np.ptp(importances, 0).max()),
        "importances": rows(mean.ravel()),
        "disentanglement": concentration(mean),
        "completeness": concentration(mean.T),
        "informativeness": accuracy(slice(train, None)),
        "trainInformativeness": accuracy(slice(train)),
    }


def concentration(importances):
    """Disentanglement of [latents, factors]; completeness of its transpose."""
    per_row = 1 - entropy(importances.T + 1e-11, base=importances.shape[1])
    return float(np.sum(per_row * importances.sum(1) / importances.sum()))


def chosen(share, count):
    return np.floor(share * count).astype(int)


def group_like(factors, factor, example):
    return np.flatnonzero(factors[:, factor] == factors[example, factor])


def beta_vae_score(codes, factors, pairs=8, votes=300, test_votes=200, seed=5):
    points, labels = [], []
    for vote in range(votes + test_votes):
        draws = streams.uniforms("betaVaeScore", seed, vote, 1 + 2 * pairs)
        factor = int(chosen(draws[0], factors.shape[1]))
        differences = []
        for i in range(pairs):
            first = int(chosen(draws[1 + 2 * i], len(codes)))
            group = group_like(factors, factor, first)
            differences.append(np.abs(codes[first] - codes[group[chosen(draws[2 + 2 * i], len(group))]]))
        points.append(np.mean(differences, 0))
        labels.append(factor)
    model = LogisticRegression(tol=1e-12, max_iter=100000, solver="newton-cg").fit(points[:votes], labels[:votes])
    accuracy = float(model.score(points[votes:], labels[votes:]))
    return {"pairs": pairs, "votes": votes, "testVotes": test_votes, "seed": seed, "value": accuracy}


def factor_vae_score(codes, factors, examples=8, votes=300, test_votes=200, seed=5):
    variances = codes.var(0, ddof=1)
    active = np.flatnonzero(variances > 0)
    tally = np.zeros((2, factors.shape[1], codes.shape[1]))
    for vote in range(votes + test_votes):
        draws = streams.uniforms("factorVaeScore", seed, vote, 2 + examples)
        factor = int(chosen(draws[0], factors.shape[1]))
        group = group_like(factors, factor, int(chosen(draws[1], len(codes))))
        drawn = codes[group[chosen(draws[2:], len(group))]]
        latent = active[np.argmin(drawn.var(0, ddof=1)[active] / variances[active])]
        tally[int(vote >= votes), factor, latent] += 1
    classifier = np.argmax(tally[0], 0)
    right = tally[1][classifier, np.arange(codes.shape[1])].sum() / test_votes
    return {"examples": examples, "votes": votes, "testVotes": test_votes, "seed": seed, "value": float(right)}


def shapes(size):
    """The pictures of `shapes()`: square, ellipse, heart; 4 x 4 samples a pixel."""
    unit = size // 32
    width = 18 * unit
    samples = (np.arange(4 * width) + 0.5) / 4 - width / 2
    right, down = np.meshgrid(samples, samples)
    pictures = np.zeros((3, 4, 8, 8, 8, size, size), np.uint8)
    for shape in range(3):
        for scale in range(4):
            for orientation in range(8):
                radius, angle = (scale + 3) / 6 * width / 2, orientation * math.pi / 16
                cosine, sine = (math.floor(f(angle) / radius * 2**24 + 0.5) / 2**24 for f in (math.cos, math.sin))
                x, y = cosine * right + sine * down, cosine * down - sine * right
                u, v = 1.25 * x, 0.1 - 1.25 * y
                inside = (
                    (abs(x) <= 0.7) & (abs(y) <= 0.7),
                    x * x + 4 * y * y <= 1,
                    (u * u + v * v - 1) ** 3 <= u * u * v * v * v,
                )[shape]
                covered = inside.reshape(width, 4, width, 4).sum((1, 3))
                sprite = np.floor(covered * 255 / 16 + 0.5)
                for i in range(8):
                    for j in range(8):
                        top, left = 2 * unit * j, 2 * unit * i
                        pictures[shape, scale, orientation, i, j, top : top + width, left : left + width] = sprite
    return pictures
