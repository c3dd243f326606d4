"""The inputs of every oracle, which are exact in float32 and kept in float64; and second derivatives."""

import torch


def float32(x):
    return x.to(torch.float32).to(torch.float64)


def second_derivatives(function, inputs, upstream):
    """The gradient of |g|^2 / 2, g the gradients by all inputs of sum(upstream (value + atan(value))) + |inputs|^2 / 2.

    The arc tangent makes the upstream gradient of the value depend on the inputs; the squares involve every input.
    """
    inputs = list(inputs)
    value = function(*inputs)
    total = (upstream * (value + torch.atan(value))).sum() + sum((x**2).sum() for x in inputs) / 2
    first = torch.autograd.grad(total, inputs, create_graph=True)
    return torch.autograd.grad(sum((g**2).sum() for g in first) / 2, inputs)
