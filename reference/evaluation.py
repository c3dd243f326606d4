"""What a small VAE must measure, by torch.distributions from the same weights and noise, and distances of samples from N(0, 1), by
SciPy and by the definition, in float64."""

import numpy as np
import torch
from scipy.stats import kstest
from torch.distributions import Bernoulli, Independent, Normal, kl_divergence
from torch.nn import functional

import streams

FEATURES, LATENTS, EXAMPLES, SAMPLES, SEED = 6, 2, 5, 40, 3


def oracle():
    generator = np.random.default_rng(19)
    return {"vae": vae(generator), "kolmogorovSmirnov": distances(generator), "discrepancies": discrepancies(generator)}


def vae(generator):
    """q(z | x) = N(x mean, exp(log_variance)), p(x | z) = Bernoulli(sigmoid(z decoder))."""
    x = torch.tensor((generator.random((EXAMPLES, FEATURES)) < 0.5).astype(float))
    mean_weight, decoder = (torch.tensor(generator.normal(size=size)) for size in [(FEATURES, LATENTS), (LATENTS, FEATURES)])
    log_variance = torch.tensor(generator.normal(size=LATENTS))
    posterior = Normal(x @ mean_weight, (log_variance / 2).exp().expand(EXAMPLES, LATENTS))
    # The draws of example i have i as their step: [SAMPLES, EXAMPLES, LATENTS].
    draws = [streams.normals("importance", SEED, i, SAMPLES * LATENTS).astype(float) for i in range(EXAMPLES)]
    noise = torch.tensor(np.stack(draws)).reshape(EXAMPLES, SAMPLES, LATENTS).transpose(0, 1)
    z = posterior.loc + posterior.scale * noise
    log_joint = Independent(Bernoulli(logits=z @ decoder), 1).log_prob(x.expand(SAMPLES, -1, -1))
    log_weights = log_joint + (Normal(0, 1).log_prob(z) - posterior.log_prob(z)).sum(-1)
    reconstruction = torch.sigmoid(posterior.loc @ decoder)
    return {
        "examples": x,
        "mean": mean_weight,
        "logVariance": log_variance,
        "decoder": decoder,
        "samples": SAMPLES,
        "seed": SEED,
        "logLikelihoods": torch.logsumexp(log_weights, 0) - np.log(SAMPLES),
        "klPerLatent": kl_divergence(posterior, Normal(0, 1)).mean(0),
        "meanSquaredError": functional.mse_loss(reconstruction, x).item(),
        "meanAbsoluteError": functional.l1_loss(reconstruction, x).item(),
        "binaryCrossEntropy": functional.binary_cross_entropy(reconstruction, x).item(),
    }


def distances(generator):
    samples = [generator.normal(size=50), generator.normal(0.5, 1, 80), generator.normal(0, 3, 200), np.array([0.1])]
    rounded = [np.round(sample, 6) for sample in samples]
    results = [kstest(sample, "norm", method="asymp") for sample in rounded]
    return [
        {"values": sample.tolist(), "statistic": float(result.statistic), "pValue": float(result.pvalue)}
        for sample, result in zip(rounded, results)
    ]


def discrepancies(generator):
    """The unbiased squared maximum mean discrepancy, by whole matrices of kernels."""
    cases = []
    for count, size, shift in [(6, 1, 0), (20, 3, 0.7), (30, 2, 0)]:
        x, y = np.round(generator.normal(size=(2, count, size)), 6)
        y += shift
        for kernel, scale in [("rbf", size**0.5), ("imq", size**0.5), ("rbf", 0.4), ("imq", 2)]:
            cases.append({
                "x": x.reshape(-1).tolist(), "y": y.reshape(-1).tolist(), "size": size, "kernel": kernel, "scale": float(scale),
                "value": discrepancy(x, y, kernel, scale),
            })  # fmt: skip
    return cases


def discrepancy(x, y, kernel, scale):
    def similarities(a, b):
        squares = torch.cdist(torch.tensor(a), torch.tensor(b)).square()
        return torch.exp(-squares / (2 * scale**2)) if kernel == "rbf" else scale**2 / (scale**2 + squares)

    off_diagonal = 1 - torch.eye(len(x))
    whole = similarities(x, x) + similarities(y, y) - similarities(x, y) - similarities(x, y).T
    return float((whole * off_diagonal).sum() / (len(x) * (len(x) - 1)))
