"""Values and gradients of single ops of TensorFlow.js, and of small programs of them, in float64.

The rows have the same names as those in packages/core/src/gradients/testing/cases, which are the same programs in TensorFlow.js.
"""

import math

import numpy as np
import torch
import torch.nn.functional as F

import ops_images
import ops_shapes
import ops_volumes
from exact import float32, second_derivatives

INPUT_NAMES = "abcde"


def oracle():
    generator = torch.Generator().manual_seed(11)
    rows = {**elementwise(), **pairwise(), **reductions(), **products(), **objectives()}
    rows.update(ops_shapes.rows())
    rows.update(ops_images.rows())
    rows.update(ops_volumes.rows())
    return {"ops": {name: case(generator, *row) for name, row in rows.items()}}


def case(generator, function, *inputs):
    """Inputs, value, every input's gradient under a random upstream gradient, zero where the value is constant, and second
    derivatives."""
    points = {
        name: spread(generator, *within, first=name == "a").requires_grad_()
        for name, within in zip(INPUT_NAMES, map(interval, inputs))
    }
    value = function(*points.values()) + 0 * sum(x.sum() for x in points.values())
    upstream = float32(torch.randn(value.shape, generator=generator))
    gradients = torch.autograd.grad(value, list(points.values()), upstream)
    seconds = second_derivatives(function, points.values(), upstream)
    return {"inputs": points, "upstream": upstream, "value": value, "gradients": dict(zip(points, gradients)),
            "seconds": dict(zip(points, seconds))}


def interval(given):
    """An input is a shape, or a shape with the interval that its values are spread over."""
    return given if given and isinstance(given[0], tuple) else (given, -2.4, 2.4)


def spread(generator, shape, start, end, first):
    """Shuffled and evenly spaced, away from the kinks at 0; the first input's values differ from the others'."""
    count = math.prod(shape)
    places = torch.randperm(count, generator=generator).double() + (0.5 if first else 0.02)
    return float32((start + (end - start) / count * places).reshape(shape))


def elementwise():
    def each(start, end, **functions):
        return {name: (function, ((2, 3, 4), start, end)) for name, function in functions.items()}

    return {
        **each(-2.4, 2.4, abs=torch.abs, neg=torch.neg, square=torch.square, sign=torch.sign, clone=torch.clone,
               step=lambda x: (x > 0).double(), softplus=F.softplus, logSigmoid=F.logsigmoid, elu=F.elu, selu=F.selu,
               relu=F.relu, leakyRelu=lambda x: F.leaky_relu(x, 0.2), onesLike=torch.ones_like,
               zerosLike=torch.zeros_like),
        **each(-2, 2, exp=torch.exp, expm1=torch.expm1, sin=torch.sin, cos=torch.cos, sinh=torch.sinh, cosh=torch.cosh,
               atan=torch.atan, asinh=torch.asinh, erf=torch.erf, sigmoid=torch.sigmoid, tanh=torch.tanh),
        **each(0.5, 3, sqrt=torch.sqrt, rsqrt=torch.rsqrt, reciprocal=torch.reciprocal, log=torch.log,
               log1p=torch.log1p),
        **each(-0.7, 0.7, tan=torch.tan, asin=torch.asin, acos=torch.acos, atanh=torch.atanh),
        **each(1.5, 4, acosh=torch.acosh),
        **each(0.1, 0.4, floor=torch.floor, ceil=torch.ceil, round=torch.round),
        **each(-4.2, 10.2, relu6=F.relu6),
        "leakyRelu with a slope": (lambda x: F.leaky_relu(x, 0.3), (2, 3, 4)),
        "clipByValue": (lambda x: x.clamp(-1.2, 1.6), (2, 3, 4)),
        "cast from float to float": (torch.clone, (2, 3, 4)),
        "cast from a comparison": (lambda x: x * (x > 0), (2, 3, 4)),
        "comparisons and logic": (lambda x: x * (((x < 1.6) | (x <= -2)) & (x >= -1.6)), (2, 3, 4)),
        "isNaN, isInf, isFinite": (torch.square, (2, 3)),
        "any and all": (torch.clone, (2, 3)),
        "argMax and argMin": (lambda x: x * (x.argmax(1) + x.argmin(1))[:, None], (2, 4)),
    }


def pairwise():
    def pairs(a, b, **functions):
        broadcasts = (
            ("", (2, 3, 4), (2, 3, 4)),
            (" with a row", (2, 3, 4), (4,)),
            (" with columns", (2, 3, 4), (2, 1, 1)),
            (" with a number", (2, 3), ()),
            (" of columns with a row", (4, 1), (1, 4)),
        )
        return {
            name + how: (function, (left, *a), (right, *b))
            for name, function in functions.items()
            for how, left, right in broadcasts
        }

    def prelu(x, slope):
        return torch.where(x > 0, x, x * slope)

    return {
        **pairs((-2, 2), (-2, 2), add=torch.add, sub=torch.sub, mul=torch.mul,
                squaredDifference=lambda a, b: (a - b) ** 2),
        **pairs((-2.4, 2.4), (-2.4, 2.4), maximum=torch.maximum, minimum=torch.minimum),
        **pairs((-2, 2), (0.8, 3), div=torch.div, divNoNan=torch.div, atan2=torch.atan2),
        **pairs((0.9, 2), (-2, 2), pow=torch.pow),
        **pairs((3.4, 3.6), (0.98, 1.02), mod=torch.remainder, floorDiv=lambda a, b: torch.floor(a / b)),
        "prelu": (prelu, (2, 3, 4), (2, 3, 4)),
        "prelu of channels": (prelu, (2, 3, 4), (4,)),
        "prelu of rows": (prelu, (2, 3, 4), (2, 1, 1)),
        "pow of negative numbers": (lambda x: x**3, (2, 3, 4)),
        "pow by an integer": (lambda x: x**2, (2, 3, 4)),
        "add of numbers": (lambda x: 1 - x + x / 3, (2, 3)),
        "one tensor twice": (lambda x: (x + x) * x, (2, 3)),
        "addN": (lambda a, b, c: a + b + c + a, (2, 3), (2, 3), (2, 3)),
        "where": (lambda a, b: torch.where(a < b, a, b**2), (2, 3, 4), (2, 3, 4)),
        "where, broadcast": (lambda a, b: torch.where(torch.tensor([True, False, True]), a, b), (2, 3), ()),
    }


def reductions():
    def reduced(name, function):
        return {
            name: (lambda x: function(x, (0, 1, 2), False), (2, 3, 2)),
            f"{name} over the last axis": (lambda x: function(x, (2,), False), (2, 3, 4)),
            f"{name} over two axes": (lambda x: function(x, (0, 2), False), (2, 3, 2)),
            f"{name} over one axis, kept": (lambda x: function(x, (1,), True), (2, 3, 4)),
        }

    def product(x, axes, keep):
        for axis in reversed(axes):
            x = x.prod(axis, keepdim=keep)
        return x

    def exclusive(x, axis):
        return x.cumsum(axis) - x

    return {
        **reduced("sum", torch.sum),
        **reduced("mean", torch.mean),
        **reduced("max", torch.amax),
        **reduced("min", torch.amin),
        **reduced("prod", product),
        **reduced("logSumExp", torch.logsumexp),
        **reduced("euclidean norm", lambda x, axes, keep: torch.linalg.vector_norm(x, 2, axes, keep)),
        "norm 1": (lambda x: x.abs().sum(1), (2, 4)),
        "moments": (lambda x: x.mean(1) / x.var(1, correction=0), (4, 6)),
        "softmax": (lambda x: F.softmax(x, -1), (2, 3, 4)),
        "logSoftmax": (lambda x: F.log_softmax(x, -1), (2, 3, 4)),
        "cumsum": (lambda x: x.cumsum(1), (2, 3, 4)),
        "cumsum, exclusive": (lambda x: exclusive(x, 2), (2, 3, 4)),
        "cumsum, reverse": (lambda x: x.flip(0).cumsum(0).flip(0), (4, 3)),
        "cumsum, exclusive and reverse": (lambda x: exclusive(x.flip(1), 1).flip(1), (3, 4)),
        "cumprod": (lambda x: x.cumprod(1), (2, 3, 2)),
        "cumprod, exclusive": (lambda x: torch.cat([torch.ones(1, 2), x[:-1]]).cumprod(0), (4, 2)),
    }


def products():
    return {
        "matMul": (lambda a, b: a @ b, (2, 3), (3, 4)),
        "matMul a'": (lambda a, b: a.mT @ b, (3, 2), (3, 4)),
        "matMul b'": (lambda a, b: a @ b.mT, (2, 3), (4, 3)),
        "matMul a' b'": (lambda a, b: a.mT @ b.mT, (3, 2), (4, 3)),
        "matMul of batches": (lambda a, b: a @ b, (2, 2, 2, 3), (2, 2, 3, 2)),
        "matMul of batches a'": (lambda a, b: a.mT @ b, (2, 3, 2), (2, 3, 4)),
        "matMul of batches b'": (lambda a, b: a @ b.mT, (2, 2, 3), (2, 4, 3)),
        "matMul of batches a' b'": (lambda a, b: a.mT @ b.mT, (2, 3, 2), (2, 4, 3)),
        "matMul, broadcast a": (lambda a, b: a @ b, (2, 3), (2, 3, 2)),
        "matMul, broadcast b": (lambda a, b: a @ b.mT, (2, 2, 3), (1, 2, 3)),
        "dot": (lambda a, b: a @ b, (3,), (3, 2)),
        "outerProduct": (torch.outer, (3,), (4,)),
        "fused.matMul": (lambda a, b, bias: torch.sigmoid(a @ b + bias), (2, 3), (3, 4), (4,)),
        "fused.matMul, linear": (lambda a, b, bias: a @ b + bias, (2, 3), (3, 4), (4,)),
        "linear layer": (lambda x, w, b: torch.tanh(F.linear(x, w, b)), (4, 3), (2, 3), (2,)),
    }


def objectives():
    hot = F.one_hot(torch.tensor([1, 3, 0]), 4).double()
    signs = torch.tensor([[1.0, -1.0, 1.0, -1.0]])
    line = torch.linspace(-1, 1, 4)

    def log_loss(p):
        return (-hot * torch.log(p + 1e-7) - (1 - hot) * torch.log(1 - p + 1e-7)).mean()

    def similarity(a, b):
        return torch.exp(-squared_distances(a, b)).mean()

    def total_variation(x):
        down, right = x.diff(dim=1).abs(), x.diff(dim=2).abs()
        return down.sum((1, 2, 3)) + right.sum((1, 2, 3))

    def nearest_code(x, codes):
        return ((x - codes[squared_distances(x, codes).argmin(1)]) ** 2).sum(1)

    return {
        "losses.meanSquaredError": (F.mse_loss, (3, 4), (3, 4)),
        "losses.absoluteDifference": (F.l1_loss, (3, 4), (3, 4)),
        "losses.huberLoss": (lambda y, p: F.huber_loss(p, y, delta=0.8), (3, 4), (3, 4)),
        "losses.logLoss": (log_loss, ((3, 4), 0.3, 0.7)),
        "losses.hingeLoss": (lambda p: F.relu(1 - signs * p).mean(), ((1, 4), -1, 0.9)),
        "losses.cosineDistance": (lambda y, p: (1 - (y * p).sum(1)).mean(), (3, 4), (3, 4)),
        "losses.sigmoidCrossEntropy": (
            lambda x: F.binary_cross_entropy_with_logits(x, torch.full_like(x, np.float32(0.3))), (3, 4)),
        "losses.softmaxCrossEntropy": (lambda x: F.cross_entropy(x, torch.full_like(x, 0.25)), (3, 4)),
        "Gaussian divergence": (lambda m, v: ((m**2 + torch.exp(v) - v - 1) / 2).sum(1), (3, 4), (3, 4)),
        "reparameterisation": (lambda m, v: m + torch.exp(v / 2) * line, (3, 4), (3, 4)),
        "mixture of Gaussians": (lambda x, m: -torch.logsumexp(-squared_distances(x, m), 1), (3, 2), (4, 2)),
        "maximum mean discrepancy": (lambda a, b: similarity(a, a) - similarity(a, b), (3, 2), (4, 2)),
        "total variation": (total_variation, (2, 3, 4, 1)),
        "nearest code": (nearest_code, (3, 2), (4, 2)),
    }


def squared_distances(a, b):
    return ((a[:, None] - b[None]) ** 2).sum(2)
