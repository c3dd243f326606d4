"""Gradient penalties of whole models, in float64: their values, and their gradients in the model's variables.

The names of the variables are those of `autoencoder` in @ae/models.
"""

import torch

from exact import float32
from networks import convolution, layer_normalization


def oracle():
    generator = torch.Generator().manual_seed(9)

    def normal(*shape, scale=1.0):
        return float32(torch.randn(shape, generator=generator) * scale)

    def dense(name, inputs, outputs):
        return {f"{name}.weight": normal(inputs, outputs, scale=0.7), f"{name}.bias": normal(outputs, scale=0.3)}

    regularised = {**dense("encoder.0", 6, 5), **dense("encoder.1", 5, 3), **dense("decoder.0", 3, 5),
                   **dense("decoder.1", 5, 6)}
    critic = {"encoder.0.weight": normal(3, 3, 1, 3, scale=0.5), "encoder.0.bias": normal(3),
              "encoder.0.normalization.weight": normal(3), "encoder.0.normalization.bias": normal(3),
              **dense("encoder.1", 27, 1)}
    return {
        "regularised": case(regularised_objective, normal(4, 6), regularised),
        "critic": case(critic_penalty, normal(3, 5, 5, 1), critic),
    }


def case(objective, x, variables):
    variables = {name: value.clone().requires_grad_() for name, value in variables.items()}
    values = objective(x, variables)
    gradients = torch.autograd.grad(sum(value.mean() for value in values.values()), list(variables.values()),
                                    materialize_grads=True, allow_unused=True)
    return {"x": x, "variables": variables, "values": values, "gradients": dict(zip(variables, gradients))}


def regularised_objective(x, variables):
    """The regularised autoencoder of Ghosh et al. 2020, RAE-GP: squared error, |code|^2, |d sum(output) / d code|^2."""

    def layer(name, h):
        return h @ variables[f"{name}.weight"] + variables[f"{name}.bias"]

    code = layer("encoder.1", torch.tanh(layer("encoder.0", x)))
    output = torch.sigmoid(layer("decoder.1", torch.tanh(layer("decoder.0", code))))
    (slope,) = torch.autograd.grad(output.sum(), [code], create_graph=True)
    return {
        "reconstruction": ((output - x) ** 2).sum(1),
        "size": (code**2).sum(1) / 2,
        "penalty": (slope**2).sum(1),
    }


def critic_penalty(x, variables):
    """The gradient penalty of Gulrajani et al. 2017: (|d critic / dx| - 1)^2, of a convolutional critic."""
    x = x.clone().requires_grad_()
    layer = {name.removeprefix("encoder."): value for name, value in variables.items()}
    sums = convolution((2, 2), "linear")(x, layer["0.weight"], layer["0.bias"])
    h = torch.tanh(layer_normalization(sums, layer["0.normalization.weight"], layer["0.normalization.bias"]))
    score = h.reshape(len(x), -1) @ layer["1.weight"] + layer["1.bias"]
    (slope,) = torch.autograd.grad(score.sum(), [x], create_graph=True)
    return {"penalty": (slope.reshape(len(x), -1).norm(dim=1) - 1) ** 2}
