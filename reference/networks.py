"""Values and gradients of the layers of networks, in float64: convolutions, normalisation, activations.

Images are [batch, height, width, channels] and filters [height, width, in, out], or for a transposed convolution
[height, width, out, in]; PyTorch's own order is only used internally. `same` padding is TensorFlow's: the output has
ceil(length / stride) pixels, and the larger half of an odd number of zeros is at the end.
"""

import torch
import torch.nn.functional as F

from exact import float32
from losses import case

# Height, width, channels in, channels out, filter height and width, strides.
CONVOLUTIONS = (
    (4, 4, 1, 2, (3, 3), (1, 1)),
    (4, 4, 2, 3, (3, 3), (2, 2)),
    (7, 5, 2, 3, (3, 3), (2, 2)),
    (5, 6, 3, 1, (4, 4), (2, 2)),
    (7, 1, 2, 2, (5, 1), (3, 1)),
    (3, 3, 2, 2, (1, 1), (2, 2)),
    (5, 4, 4, 8, (3, 3), (2, 2)),
    (3, 4, 4, 4, (3, 3), (1, 1)),
)
ACTIVATIONS = {
    "linear": lambda x: x,
    "relu": F.relu,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "elu": F.elu,
    "selu": F.selu,
    "softplus": F.softplus,
    "leakyRelu": lambda x: F.leaky_relu(x, 0.2),
    "swish": F.silu,
}
FUSED = ("linear", "relu", "sigmoid", "tanh")
NORMALIZED_SHAPES = ((6, 3), (1, 4), (3, 4, 2, 3))
MOMENTUM = 0.1


def oracle():
    generator = torch.Generator().manual_seed(5)

    def normal(*shape, scale=1.0):
        return float32(torch.randn(shape, generator=generator) * scale)

    convolutions = []
    for index, (height, width, channels, out, window, strides) in enumerate(CONVOLUTIONS):
        small = [ceil_divide(length, stride) for length, stride in zip((height, width), strides)]
        activation = FUSED[index % len(FUSED)]
        geometry = {"strides": strides, "size": (height, width), "activation": activation}
        filter, bias = normal(*window, channels, out, scale=0.5), normal(out)
        convolutions.append({
            **geometry,
            "convolution": case(convolution(strides, activation), generator,
                                x=normal(2, height, width, channels), filter=filter, bias=bias),
            "transposedConvolution": case(transposed_convolution(strides, (height, width), activation), generator,
                                          x=normal(2, *small, out), filter=filter, bias=normal(channels)),
            "upsample": case(upsample(strides, (height, width)), generator, x=normal(2, *small, channels)),
        })
    return {
        "convolutions": convolutions,
        "activations": {
            name: case(lambda x, function=function: function(x), generator, x=normal(3, 5, scale=2))
            for name, function in ACTIVATIONS.items()
            if name != "linear"
        },
        "normalizations": [normalizations(shape, normal, generator) for shape in NORMALIZED_SHAPES],
        "dense": {
            name: case(lambda x, weight, bias, function=function: function(x @ weight + bias), generator,
                       x=normal(3, 4), weight=normal(4, 2), bias=normal(2))
            for name, function in ACTIVATIONS.items()
        },
        "densePair": case(dense_pair, generator, x=normal(3, 4), weight=normal(4, 2), bias=normal(2),
                          secondWeight=normal(4, 2), secondBias=normal(2)),
        "initialisation": initialisation(),
    }


def dense_pair(x, weight, bias, secondWeight, secondBias):
    """The product of both layers' outputs: one tensor that depends on both."""
    return (x @ weight + bias) * (x @ secondWeight + secondBias)


def convolution(strides, activation):
    def function(x, filter, bias):
        planes = x.permute(0, 3, 1, 2)
        padding = []
        for length, window, stride in zip(planes.shape[:1:-1], filter.shape[1::-1], strides[::-1]):
            padding += same_padding(length, window, stride)
        sums = F.conv2d(F.pad(planes, padding), filter.permute(3, 2, 0, 1).contiguous(), bias, strides)
        return ACTIVATIONS[activation](sums).permute(0, 2, 3, 1)

    return function


def transposed_convolution(strides, size, activation):
    """The whole transposed convolution, whose edges `same` padding cuts off."""

    def function(x, filter, bias):
        sums = F.conv_transpose2d(x.permute(0, 3, 1, 2), filter.permute(3, 2, 0, 1).contiguous(), stride=strides)
        for axis, (length, window, stride) in enumerate(zip(size, filter.shape, strides)):
            before, _ = same_padding(length, window, stride)
            missing = max(before + length - sums.shape[2 + axis], 0)  # pixels that no window covers
            edges = [0, 0, 0, missing] if axis == 0 else [0, missing, 0, 0]
            sums = F.pad(sums, edges).narrow(2 + axis, before, length)
        return ACTIVATIONS[activation](sums + bias[:, None, None]).permute(0, 2, 3, 1)

    return function


def upsample(strides, size):
    def function(x):
        return F.interpolate(x.permute(0, 3, 1, 2), scale_factor=strides)[:, :, : size[0], : size[1]].permute(0, 2, 3, 1)

    return function


def normalizations(shape, normal, generator):
    """Training of batch normalisation, its running statistics after one such pass, evaluation; layer normalisation."""
    channels = shape[-1]
    x, weight, bias = normal(*shape, scale=3) + 1, normal(channels), normal(channels)
    if shape[0] == 1:  # PyTorch refuses to train on one value per channel
        return {"layer": case(layer_normalization, generator, x=x, weight=weight, bias=bias)}
    mean, variance = normal(channels), normal(channels).abs() + 0.5
    running_mean, running_variance = mean.clone(), variance.clone()
    F.batch_norm(x.movedim(-1, 1), running_mean, running_variance, training=True, momentum=MOMENTUM)

    def training(x, weight, bias):
        return F.batch_norm(x.movedim(-1, 1), None, None, weight, bias, training=True).movedim(1, -1)

    def evaluation(x, weight, bias):
        return F.batch_norm(x.movedim(-1, 1), mean, variance, weight, bias).movedim(1, -1)

    inputs = {"x": x, "weight": weight, "bias": bias}
    return {
        "before": {"mean": mean, "variance": variance},
        "after": {"mean": running_mean, "variance": running_variance},
        "batch": case(training, generator, **inputs),
        "evaluation": case(evaluation, generator, **inputs),
        "layer": case(layer_normalization, generator, **inputs),
    }


def layer_normalization(x, weight, bias):
    return F.group_norm(x.movedim(-1, 1), 1, weight, bias).movedim(1, -1)


def initialisation():
    """The largest weight and bias of 400 layers of each kind: close to their bounds."""
    torch.manual_seed(3)
    kinds = {"convolution": torch.nn.Conv2d, "transposedConvolution": torch.nn.ConvTranspose2d}
    sizes = {"channels": 8, "out": 2, "window": 3}
    largest = {}
    for name, kind in kinds.items():
        layers = [kind(8, 2, 3) for _ in range(400)]
        largest[name] = {
            "weight": max(layer.weight.abs().max().item() for layer in layers),
            "bias": max(layer.bias.abs().max().item() for layer in layers),
        }
    return {**sizes, "largest": largest}


def same_padding(length, window, stride):
    total = max((ceil_divide(length, stride) - 1) * stride + window - length, 0)
    return total // 2, total - total // 2


def ceil_divide(length, stride):
    return -(-length // stride)
