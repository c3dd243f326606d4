"""Values and gradients of the losses, per example, in float64."""

import torch
import torch.nn.functional as F

from exact import float32, second_derivatives

# Inputs that are constants in second derivatives.
CONSTANTS = ("target", "noise")


def oracle():
    generator = torch.Generator().manual_seed(1)

    def normal(*shape, scale=1.0):
        return float32(torch.randn(shape, generator=generator) * scale)

    logits = normal(4, 3, 2, scale=3)
    logits[0] = float32(torch.tensor([[50.0, 50.0], [-50.0, -50.0], [0.0, 0.0]]))
    target = float32(torch.rand((4, 3, 2), generator=generator))
    target[0] = torch.tensor([[0.0, 1.0], [0.0, 1.0], [0.0, 1.0]])
    target[1] = (target[1] > 0.5).double()
    output, data = normal(4, 3, 2), normal(4, 3, 2)
    mean, log_variance = normal(5, 4), normal(5, 4)
    mean[0], log_variance[0] = 0, 0
    mean[1] *= 10
    log_variance[2] = torch.tensor([-20.0, -10.0, 5.0, 10.0])
    noise = normal(5, 4)

    return {
        "bernoulli": case(bernoulli, generator, logits=logits, target=target),
        "gaussian": {
            str(deviation): case(gaussian(deviation), generator, output=output, target=data)
            for deviation in (1, 0.1, 2.5)
        },
        "squaredError": case(lambda output, target: features((output - target) ** 2).sum(1), generator,
                             output=output, target=data),
        "meanSquaredError": case(lambda output, target: features((output - target) ** 2).mean(1), generator,
                                 output=output, target=data),
        "gaussianKl": case(gaussian_kl, generator, mean=mean, logVariance=log_variance),
        "reparameterize": case(lambda mean, logVariance, noise: mean + torch.exp(logVariance / 2) * noise, generator,
                               mean=mean, logVariance=log_variance, noise=noise),
        **likelihoods(generator, normal),
        **penalties(generator, normal),
        "squaredErrorOfSigmoid": case(lambda output, target: features((torch.sigmoid(output) - target) ** 2).sum(1),
                                      generator, output=output, target=target),
        **quantization(generator, normal),
        **mixtures(normal, generator),
    }


def quantization(generator, normal):
    """The two errors of a codebook of 5 vectors for 4 examples of 3 positions: each treats the other's side as a constant."""
    embeddings, codebook = normal(4, 6), normal(5, 2)
    indices = torch.cdist(embeddings.reshape(-1, 2), codebook).argmin(1)
    return {
        "indices": indices.reshape(4, 3),
        "commitment": case(lambda embeddings, target: features((embeddings - target) ** 2).sum(1), generator,
                           embeddings=embeddings, target=codebook[indices].reshape(4, 6)),
        "codebookError": case(lambda codebook, target: features((codebook[indices].reshape(4, 6) - target) ** 2).sum(1),
                              generator, codebook=codebook, target=embeddings),
    }


def penalties(generator, normal):
    """Penalties that are added to a reconstruction error, and their parts."""
    posterior = {"mean": normal(5, 4, scale=0.7), "logVariance": normal(5, 4, scale=0.5)}
    kl = lambda mean, logVariance: torch.distributions.kl_divergence(
        torch.distributions.Normal(mean, torch.exp(logVariance / 2)), torch.distributions.Normal(0.0, 1.0))
    density = lambda z, mean, logVariance: torch.distributions.Normal(mean, torch.exp(logVariance / 2)).log_prob(z)
    return {
        "gaussianKlPerLatent": case(kl, generator, **posterior),
        "freeBits": case(lambda **q: kl(**q).mean(0).clamp(min=0.2).sum(), generator, **posterior),
        "capacity": case(lambda **q: (kl(**q).sum(1).mean() - 3).abs(), generator, **posterior),
        "gaussianLogDensity": case(density, generator, z=normal(5, 1, 3), mean=normal(4, 3), logVariance=normal(3)),
        "klSparsity": case(kl_sparsity(0.05), generator, code=float32(torch.sigmoid(normal(6, 5, scale=2)))),
        "l1Sparsity": case(lambda code: code.abs().sum(1), generator, code=normal(6, 5)),
    }


def likelihoods(generator, normal):
    """The likelihoods whose output has parameters, or a normaliser: [batch, 3, 2] features."""
    grey = float32(torch.rand((4, 3, 2), generator=generator))
    logits = normal(4, 3, 2, scale=4)
    logits[0] = float32(torch.tensor([[0.0, 1e-3], [-1e-2, 0.5], [-0.999, 1.001]]))
    data, learned = normal(4, 3, 2), normal(4, 3, 2, 2, scale=2)
    levels = float32(torch.randint(0, 5, (4, 3, 2), generator=generator) / 4)
    bits = float32(torch.randint(0, 256, (4, 3, 2), generator=generator) / 255)
    bits[0] = torch.tensor([[0.0, 1.0], [0.0, 1.0], [0.0, 1.0]])
    logistic = torch.stack([normal(4, 3, 2, scale=0.3) + 0.5, normal(4, 3, 2) - 3], 3)
    logistic[1, ..., 1] += 4
    return {
        "continuousBernoulli": case(continuous_bernoulli, generator, output=logits, target=grey),
        "gaussianLearned": case(scaled(torch.distributions.Normal), generator, output=learned, target=data),
        "laplaceLearned": case(scaled(torch.distributions.Laplace), generator, output=learned, target=data),
        "laplace": case(lambda output, target: nll(torch.distributions.Laplace(output, 0.4), target), generator,
                        output=data, target=grey),
        "categorical": case(categorical(5), generator, output=normal(4, 3, 2, 5, scale=3), target=levels),
        "discretizedLogistic": case(discretized_logistic(256), generator, output=float32(logistic), target=bits),
    }


def mixtures(normal, generator):
    """Rows of a table, some of whose values are missing; columns as `mixed` numbers them, standard deviations learned and fixed."""
    target = normal(5, 15)
    target[:, [0, 2, 6]] = torch.tensor([[1.0, 1, 1], [0, 1, 1], [1, 0, 1], [1, 1, 0], [0, 0, 0]])
    target[:, [5, 7, 8]] = (target[:, [5, 7, 8]] > 0).double()
    target[:, 9:12] = F.one_hot(torch.tensor([0, 2, 1, 0, 0]), 3).double()
    target[:, 12:14] = F.one_hot(torch.tensor([1, 0, 0, 1, 1]), 2).double()
    for flag, columns in ((0, [1]), (2, [3, 4]), (6, [7, 8])):
        target[:, columns] *= target[:, [flag]]
    target[3, 9:12] = target[4, 12:14] = 0
    output = normal(5, 15, 2, scale=2)
    output[0, 12:14, 0] = torch.tensor([80.0, -80.0])
    return {
        "mixedLearned": case(mixed, generator, output=output, target=target),
        "mixed": case(lambda output, target: mixed(torch.stack([output] * 2, -1), target, 2.0), generator,
                      output=output[..., 0].clone(), target=target),
    }


def mixed(output, target, deviation=None):
    """Columns: 1 with its flag 0 and 14 normal; 3 and 4, whose flag 2 is not modelled, too; 5 bits, 7 and 8 with their flag 6; two categories."""
    location = output[..., 0]
    learned = 0.01 + F.softplus(output[..., 1]) if deviation is None else torch.full_like(location, deviation)
    normal = lambda i, deviation: -torch.distributions.Normal(location[:, i], deviation).log_prob(target[:, i])
    bits = lambda i: F.binary_cross_entropy_with_logits(location[:, i], target[:, i], reduction="none")
    category = lambda i: -(F.log_softmax(location[:, i], 1) * target[:, i])
    terms = (
        bits([0]), target[:, [0]] * normal([1], learned[:, [1]]), target[:, [2]] * normal([3, 4], 0.5), bits([5]),
        bits([6]), target[:, [6]] * bits([7, 8]), category(slice(9, 12)), category(slice(12, 14)), normal([14], learned[:, [14]]),
    )  # fmt: skip
    return torch.cat(terms, 1).sum(1)


def case(function, generator, **inputs):
    """Inputs, value, every input's gradient under a random upstream gradient, and second derivatives."""
    inputs = {name: value.clone().requires_grad_() for name, value in inputs.items()}
    value = function(**inputs)
    upstream = float32(torch.randn(value.shape, generator=generator))
    gradients = torch.autograd.grad(value, list(inputs.values()), upstream, materialize_grads=True)
    free = {name: value for name, value in inputs.items() if name not in CONSTANTS}
    seconds = second_derivatives(lambda *values: function(**{**inputs, **dict(zip(free, values))}), free.values(), upstream)
    return {"inputs": inputs, "upstream": upstream, "value": value, "gradients": dict(zip(inputs, gradients)),
            "seconds": dict(zip(free, seconds))}


def bernoulli(logits, target):
    return features(F.binary_cross_entropy_with_logits(logits, target, reduction="none")).sum(1)


def gaussian(deviation):
    return lambda output, target: features(-torch.distributions.Normal(output, deviation).log_prob(target)).sum(1)


def gaussian_kl(mean, logVariance):
    posterior = torch.distributions.Normal(mean, torch.exp(logVariance / 2))
    return torch.distributions.kl_divergence(posterior, torch.distributions.Normal(0.0, 1.0)).sum(1)


def nll(distribution, target):
    return -features(distribution.log_prob(target)).sum(1)


def continuous_bernoulli(output, target):
    return nll(torch.distributions.ContinuousBernoulli(logits=output), target)


def scaled(distribution):
    return lambda output, target: nll(distribution(output[..., 0], 0.01 + F.softplus(output[..., 1])), target)


def categorical(classes):
    return lambda output, target: nll(torch.distributions.Categorical(logits=output), (target * (classes - 1)).round())


def discretized_logistic(levels):
    def loss(output, target):
        level = (target * (levels - 1)).round()
        mean, scale = output[..., 0], torch.exp(output[..., 1])
        cdf = lambda end: torch.sigmoid(((level + end) / (levels - 1) - mean) / scale)
        upper = torch.where(level == levels - 1, 1.0, cdf(0.5))
        lower = torch.where(level == 0, 0.0, cdf(-0.5))
        return -features(torch.log(upper - lower)).sum(1)

    return loss


def kl_sparsity(rate):
    wanted = torch.distributions.Bernoulli(rate)
    return lambda code: torch.distributions.kl_divergence(wanted, torch.distributions.Bernoulli(code.mean(0))).sum()


def features(x):
    return x.reshape(len(x), -1)
