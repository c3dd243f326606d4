"""How torch.nn.Linear draws its initial weights and biases: uniform between plus and minus 1 / sqrt(inputs)."""

import math

import torch

SIZES = ((784, 400), (400, 20), (20, 400), (64, 128), (3, 5000))


def oracle():
    torch.manual_seed(3)
    return {"layers": [statistics(inputs, outputs) for inputs, outputs in SIZES]}


def statistics(inputs, outputs):
    """Over at least 200 000 weights and biases of successively created layers."""
    copies = math.ceil(200_000 / outputs)
    layers = [torch.nn.Linear(inputs, outputs) for _ in range(min(copies, 2000))]
    weight = torch.cat([layer.weight.detach().reshape(-1)[: 200 * outputs] for layer in layers])
    bias = torch.cat([layer.bias.detach() for layer in layers])
    return {
        "inputs": inputs,
        "outputs": outputs,
        "bound": 1 / math.sqrt(inputs),
        **{name: describe(values) for name, values in (("weight", weight), ("bias", bias))},
    }


def describe(values):
    return {
        "count": values.numel(),
        "minimum": values.min().item(),
        "maximum": values.max().item(),
        "mean": values.mean().item(),
        "standardDeviation": values.std().item(),
    }
