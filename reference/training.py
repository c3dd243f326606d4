"""Ten Adam steps of the tutorial's VAE and autoencoder, in float64: losses, first gradients, final weights.

Weights are [inputs, outputs] and have the names they have in @ae/models. The posterior's noise is what @ae/core draws
for the stream `posterior`. `float32Deviation` is the deviation of torch itself when it runs the same in float32.
"""

import math

import torch
import torch.nn.functional as F

import streams
from exact import float32
from losses import bernoulli, gaussian_kl

STEPS = 10
SEED = 5
SAMPLES = 50


def vae_oracle():
    return small(Vae(24, 16, 5), torch.Generator().manual_seed(11))


def autoencoder_oracle():
    return small(Autoencoder(24, 16, 12, 6), torch.Generator().manual_seed(12))


def full_vae_oracle():
    return full(Vae(784, 400, 20))


def full_autoencoder_oracle():
    return full(Autoencoder(784, 256, 128, 64))


class Vae:
    """inputs-hidden-latent, ReLU; Bernoulli likelihood and KL divergence to N(0, I)."""

    def __init__(self, inputs, hidden, latent):
        self.inputs, self.latent = inputs, latent
        self.layers = {
            "encoder.0": (inputs, hidden),
            "mean": (hidden, latent),
            "logVariance": (hidden, latent),
            "decoder.0": (latent, hidden),
            "decoder.1": (hidden, inputs),
        }

    def noise(self, batch, step):
        draw = streams.normals("posterior", SEED, step, batch * self.latent)
        return torch.from_numpy(draw).double().reshape(batch, self.latent)

    def terms(self, weights, x, noise):
        hidden = F.relu(dense(weights, "encoder.0", x))
        mean, log_variance = dense(weights, "mean", hidden), dense(weights, "logVariance", hidden)
        code = mean + torch.exp(log_variance / 2) * noise.to(x.dtype)
        logits = dense(weights, "decoder.1", F.relu(dense(weights, "decoder.0", code)))
        return {"reconstruction": bernoulli(logits, x), "kl": gaussian_kl(mean, log_variance)}


class Autoencoder:
    """Mirrored; ReLU after every layer, including the code's, except the last, which has a sigmoid; squared error."""

    def __init__(self, *sizes):
        self.inputs = sizes[0]
        self.depth = len(sizes) - 1
        encoder = list(zip(sizes, sizes[1:]))
        self.layers = {f"encoder.{i}": layer for i, layer in enumerate(encoder)} | {
            f"decoder.{i}": (b, a) for i, (a, b) in enumerate(reversed(encoder))
        }

    def noise(self, batch, step):
        return torch.zeros(batch, 0)

    def terms(self, weights, x, noise):
        h = x
        for name in self.layers:
            h = dense(weights, name, h)
            h = torch.sigmoid(h) if name == f"decoder.{self.depth - 1}" else F.relu(h)
        return {"reconstruction": ((h - x) ** 2).sum(1)}


def dense(weights, name, x):
    return x @ weights[f"{name}.weight"] + weights[f"{name}.bias"]


def small(model, generator):
    """Every number. Pixels are grey, black and white."""
    weights = {}
    for name, (inputs, outputs) in model.layers.items():
        bound = 1 / math.sqrt(inputs)
        for kind, shape in (("weight", (inputs, outputs)), ("bias", (outputs,))):
            weights[f"{name}.{kind}"] = float32((2 * torch.rand(shape, generator=generator) - 1) * bound)
    batch = float32((1.5 * torch.rand((8, model.inputs), generator=generator) - 0.25).clamp(0, 1))
    run = train(model, weights, batch)
    return {
        "seed": SEED,
        "batch": batch,
        "noise": [model.noise(len(batch), step) for step in range(STEPS)],
        "initialWeights": weights,
        **{name: run[name] for name in ("firstTerms", "losses", "gradients", "weights")},
        "float32Deviation": deviations(run, train(model, weights, batch, torch.float32)),
    }


def full(model):
    """The tutorial's size. Weights and pixels are uniform draws from `reference/...` streams; results are samples."""
    weights = {}
    for name, (inputs, outputs) in model.layers.items():
        bound = 1 / math.sqrt(inputs)
        for kind, shape in (("weight", (inputs, outputs)), ("bias", (outputs,))):
            weights[f"{name}.{kind}"] = uniform(f"reference/{name}.{kind}", shape, -bound, bound)
    batch = uniform("reference/batch", (16, model.inputs), -1, 1).clamp(min=0)
    run = train(model, weights, batch)
    return {
        "seed": SEED,
        "batchSize": len(batch),
        **{name: run[name] for name in ("firstTerms", "losses")},
        "gradients": {name: sample(value) for name, value in run["gradients"].items()},
        "weights": {
            name: {**sample(value), "movementNorm": (value - weights[name]).norm().item()}
            for name, value in run["weights"].items()
        },
        "float32Deviation": deviations(run, train(model, weights, batch, torch.float32)),
    }


def uniform(stream, shape, minimum, maximum):
    values = minimum + (maximum - minimum) * streams.uniforms(stream, 0, 0, math.prod(shape))
    return float32(torch.from_numpy(values)).reshape(shape)


def train(model, weights, batch, dtype=torch.float64):
    weights = {name: torch.nn.Parameter(value.to(dtype, copy=True)) for name, value in weights.items()}
    batch = batch.to(dtype)
    optimiser = torch.optim.Adam(weights.values(), lr=1e-3, betas=(0.9, 0.999), eps=1e-8)
    losses = []
    for step in range(STEPS):
        terms = model.terms(weights, batch, model.noise(len(batch), step))
        loss = sum(term.mean() for term in terms.values())
        optimiser.zero_grad()
        loss.backward()
        if step == 0:
            first_terms = {name: term.detach().clone() for name, term in terms.items()}
            gradients = {name: weight.grad.clone() for name, weight in weights.items()}
        optimiser.step()
        losses.append(loss.item())
    final = {name: weight.detach().clone() for name, weight in weights.items()}
    return {"firstTerms": first_terms, "losses": losses, "gradients": gradients, "weights": final}


def sample(value):
    """The norm, and some values spread over the tensor by a stride that is coprime to every size here."""
    flat = value.reshape(-1)
    indices = [(13 + 7919 * i) % len(flat) for i in range(min(SAMPLES, len(flat)))]
    return {"norm": value.norm().item(), "maximum": value.abs().max().item(), "indices": indices,
            "values": flat[indices].tolist()}


def deviations(run, other):
    """The largest difference over the largest value, of the worst tensor."""
    def worst(name):
        return max(((other[name][key] - value).abs().max() / value.abs().max()).item()
                   for key, value in run[name].items())
    return {"gradients": worst("gradients"), "weights": worst("weights")}
