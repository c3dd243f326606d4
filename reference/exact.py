"""What every oracle starts from, numbers that float32 holds exactly, kept in float64; and how far it goes, second derivatives."""

import torch


def float32(x):
    return x.to(torch.float32).to(torch.float64)


def second_derivatives(function, inputs, upstream):
    """The gradient of |g|^2 / 2, g the gradients by all inputs of sum(upstream (value + atan(value))) + |inputs|^2 / 2.

    The arc tangent makes the gradient that arrives at the value depend on the inputs, the squares let every input take part.
    """
    inputs = list(inputs)
    value = function(*inputs)
    total = (upstream * (value + torch.atan(value))).sum() + sum((x**2).sum() for x in inputs) / 2
    first = torch.autograd.grad(total, inputs, create_graph=True)
    return torch.autograd.grad(sum((g**2).sum() for g in first) / 2, inputs)
