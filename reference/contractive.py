"""The squared Frobenius norm of an encoder's Jacobian, by autograd, and its gradients in the weights."""

import torch

from exact import float32

ACTIVATIONS = {"linear": lambda x: x, "relu": torch.relu, "sigmoid": torch.sigmoid, "tanh": torch.tanh}


def oracle():
    generator = torch.Generator().manual_seed(5)

    def normal(*shape, scale=1.0):
        return float32(torch.randn(shape, generator=generator) * scale)

    x = normal(3, 6)
    shallow = {"weight": normal(6, 4, scale=0.5), "bias": normal(4, scale=0.5)}
    first = {"weight": normal(6, 5, scale=0.5), "bias": normal(5, scale=0.5)}
    second = {"weight": normal(5, 4, scale=0.5), "bias": normal(4, scale=0.5)}
    return {
        "x": x,
        "shallow": {name: case(x, [shallow], [name]) for name in ACTIVATIONS},
        "deep": case(x, [first, second], ["tanh", "sigmoid"]),
    }


def case(x, layers, activations):
    """Layers as given, the norm of each example, and the gradient of the norms' sum in each variable."""
    layers = [{name: value.clone().requires_grad_() for name, value in layer.items()} for layer in layers]

    def encode(example):
        for layer, activation in zip(layers, activations):
            example = ACTIVATIONS[activation](example @ layer["weight"] + layer["bias"])
        return example

    jacobians = [torch.autograd.functional.jacobian(encode, example, create_graph=True) for example in x]
    value = torch.stack([jacobian.square().sum() for jacobian in jacobians])
    variables = [layer[name] for layer in layers for name in ("weight", "bias")]
    gradients = torch.autograd.grad(value.sum(), variables, materialize_grads=True, allow_unused=True)
    pairs = zip(gradients[0::2], gradients[1::2])
    return {"layers": layers, "value": value, "gradients": [{"weight": w, "bias": b} for w, b in pairs]}
