"""The importance weighted bound with both of its gradients, and the decomposed KL term, in float64."""

import math

import torch
from torch.distributions import Normal

from exact import float32
from losses import bernoulli, case


def oracle():
    generator = torch.Generator().manual_seed(7)

    def normal(*shape, scale=1.0):
        return float32(torch.randn(shape, generator=generator) * scale)

    batch, samples, latents, features = 3, 4, 2, 5
    target = float32(torch.rand((batch, features), generator=generator)).repeat_interleave(samples, 0)
    draws = dict(output=normal(batch * samples, features, scale=2), code=normal(batch * samples, latents),
                 mean=normal(batch, latents), logVariance=normal(batch, latents))
    network = dict(meanWeight=normal(features, latents), logVarianceWeight=normal(features, latents),
                   decoderWeight=normal(latents, features))
    noise = normal(batch, samples, latents)
    aggregate = dict(code=normal(4, 3), mean=normal(4, 3), logVariance=normal(4, 3))
    return {
        "importanceWeightedBound": {"target": target, **case(bound(target), generator, **draws)},
        "doublyReparameterized": {"target": target, "noise": noise, "inputs": network,
                                  "gradients": doubly_reparameterized(target, noise, **network)},
        "totalCorrelation": case(decomposition(1000), generator, **aggregate),
    }


def log_weights(output, target, code, mean, log_variance):
    """log p(x | z) p(z) / q(z | x), [batch, samples]."""
    batch, latents = mean.shape
    z = code.reshape(batch, -1, latents)
    posterior = Normal(mean[:, None], torch.exp(log_variance / 2)[:, None])
    ratio = (Normal(0.0, 1.0).log_prob(z) - posterior.log_prob(z)).sum(2)
    return ratio - bernoulli(output, target).reshape(batch, -1)


def bound(target):
    def loss(output, code, mean, logVariance):
        weights = log_weights(output, target, code, mean, logVariance)
        return math.log(weights.shape[1]) - torch.logsumexp(weights, 1)

    return loss


def doubly_reparameterized(target, noise, meanWeight, logVarianceWeight, decoderWeight):
    """Gradients of the bound's batch mean: Tucker et al. equation 8 for the encoder, the plain one for the decoder."""
    weights = [w.clone().requires_grad_() for w in (meanWeight, logVarianceWeight, decoderWeight)]
    batch, samples, latents = noise.shape
    x = target[::samples]
    mean, log_variance = x @ weights[0], x @ weights[1]
    code = (mean[:, None] + torch.exp(log_variance / 2)[:, None] * noise).reshape(-1, latents)
    log_w = log_weights(code @ weights[2], target, code, mean.detach(), log_variance.detach())
    normalised = torch.softmax(log_w, 1).detach()
    encoder = torch.autograd.grad(-(normalised**2 * log_w).sum(1).mean(), weights[:2], retain_graph=True)
    decoder = torch.autograd.grad(-torch.logsumexp(log_w, 1).mean(), weights[2:])
    return dict(zip(("meanWeight", "logVarianceWeight", "decoderWeight"), encoder + decoder))


def decomposition(examples):
    """[3, batch]: mutual information, total correlation, dimension-wise KL, by minibatch-weighted sampling."""

    def terms(code, mean, logVariance):
        batch = len(code)
        own = Normal(mean, torch.exp(logVariance / 2)).log_prob(code).sum(1)
        prior = Normal(0.0, 1.0).log_prob(code).sum(1)
        each = Normal(mean[None], torch.exp(logVariance / 2)[None]).log_prob(code[:, None])
        joint = torch.logsumexp(each.sum(2), 1) - math.log(examples * batch)
        product = (torch.logsumexp(each, 1) - math.log(examples * batch)).sum(1)
        return torch.stack([own - joint, joint - product, product - prior])

    return terms
