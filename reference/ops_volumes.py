"""The rows of ops.py on volumes [batch, depth, height, width, channels], by indices and by named axes."""

import torch
import torch.nn.functional as F

from networks import same_padding


def rows():
    return {
        "conv3d, same": (convolution((1, 1, 1), "same"), (1, 2, 3, 2, 2), (2, 3, 2, 2, 1)),
        "conv3d, valid": (convolution((1, 1, 1), "valid"), (2, 3, 3, 3, 1), (2, 2, 2, 1, 2)),
        "conv3d, stride 2": (convolution((2, 2, 2), "same"), (1, 4, 5, 3, 2), (2, 3, 2, 2, 1)),
        "conv3d, strides": (convolution((2, 1, 3), "valid"), (1, 5, 3, 6, 1), (2, 2, 2, 1, 2)),
        "conv3dTranspose": (transposed((4, 5, 4)), (1, 2, 3, 2, 2), (2, 3, 2, 1, 2)),
        "maxPool3d": (lambda x: last(F.max_pool3d(first(x), 2)), (1, 4, 4, 4, 2)),
        "maxPool3d, overlapping": (overlapping_maxima, (1, 4, 3, 5, 1)),
        "maxPool3d, all negative": (lambda x: last(F.max_pool3d(first(x), 2, 1)), ((1, 3, 3, 3, 1), -5, -1)),
        "avgPool3d": (lambda x: last(F.avg_pool3d(first(x), 2)), (1, 4, 4, 4, 2)),
        "avgPool3d, overlapping, padded": (overlapping_averages, (1, 5, 3, 4, 1)),
        "dilation2d": (dilation((1, 1), "valid", (1, 1)), ((1, 4, 4, 2), -16, 16), ((2, 2, 2), -0.4, 0.4)),
        "dilation2d, strides and dilations": (
            dilation((2, 1), "same", (1, 2)), ((2, 5, 5, 1), -25, 25), ((2, 3, 1), -0.4, 0.4)),
        "localResponseNormalization": (local_response, (1, 2, 2, 5)),
        "depthToSpace": (depth_to_space, (2, 2, 3, 8)),
        "flipLeftRight": (lambda x: x.flip(2), (2, 2, 3, 2)),
        "diag": (lambda x: torch.diag(x.reshape(-1)).reshape(2, 2, 2, 2), (2, 2)),
        "unsortedSegmentSum": (lambda x: torch.stack([x[1], x[4], x[0] + x[2]]), (5, 2)),
        "gatherND": (lambda x: x[[1, 0, 1], [0, 2, 0]], (2, 3)),
        "scatterND": (lambda x: torch.stack([0 * x[0], x[1], 0 * x[0], x[0] + x[2]]), (3, 2)),
        "topk": (lambda x: x.topk(2).values, (3, 4)),
        **{
            f"einsum {equation}": (lambda *x, equation=equation: torch.einsum(equation, *x), *shapes)
            for equation, *shapes in (
                ("bqhd,bkhd->bhqk", (2, 3, 2, 2), (2, 2, 2, 2)),
                ("ij,jk->i", (2, 3), (3, 2)),
                ("ij,kj->ik", (2, 3), (4, 3)),
                ("ij,ij->i", (2, 3), (2, 3)),
                ("i,j->ij", (3,), (2,)),
                ("ijk->ki", (2, 3, 2)),
            )
        },
    }


def first(x):
    return x.permute(0, 4, 1, 2, 3)


def last(x):
    return x.permute(0, 2, 3, 4, 1)


def padded(x, windows, strides, value=0.0):
    """Volumes, channels first, with the zeros of a `same` padding."""
    sides = [same_padding(*axis) for axis in zip(x.shape[1:], windows, strides)]
    return F.pad(first(x), [side for pair in reversed(sides) for side in pair], value=value)


def convolution(strides, padding):
    def function(x, filter):
        volumes = padded(x, filter.shape, strides) if padding == "same" else first(x)
        return last(F.conv3d(volumes, filter.permute(4, 3, 0, 1, 2), None, strides))

    return function


def transposed(size):
    """By strides of 2, `same`: the gradient of the convolution from `size`."""

    def function(x, filter):
        windows, out = filter.shape[:3], torch.zeros(1, *size, filter.shape[3])
        sides = [same_padding(*axis) for axis in zip(size, windows, (2, 2, 2))]
        volume = F.conv_transpose3d(first(x), filter.permute(4, 3, 0, 1, 2), None, 2)
        around = [length + sum(side) - have for length, side, have in zip(size, sides, volume.shape[2:])]
        volume = F.pad(volume, [side for more in reversed(around) for side in (0, more)])
        whole = tuple(slice(before, before + length) for (before, _), length in zip(sides, size))
        return last(volume[(slice(None), slice(None), *whole)]) + out

    return function


def overlapping_maxima(x):
    return last(F.max_pool3d(padded(x, (3, 2, 2), (2, 1, 2), -1e9), (3, 2, 2), (2, 1, 2)))


def overlapping_averages(x):
    """Each average excludes the padding."""
    window, strides = (3, 2, 3), (2, 1, 2)
    sums = [F.avg_pool3d(padded(values, window, strides), window, strides) for values in (x, torch.ones_like(x))]
    return last(sums[0] / sums[1])


def dilation(strides, padding, dilations):
    """The largest x + filter in each window."""

    def function(x, filter):
        height, width, channels = filter.shape
        windows = [(length - 1) * dilation + 1 for length, dilation in zip((height, width), dilations)]
        sides = [same_padding(*axis) if padding == "same" else (0, 0) for axis in zip(x.shape[1:], windows, strides)]
        (top, bottom), (left, right) = sides
        planes = F.pad(x.permute(0, 3, 1, 2), (left, right, top, bottom), value=-1e9)
        seen = F.unfold(planes, (height, width), dilations, 0, strides)  # [batch, channels * places, windows]
        seen = seen.reshape(len(x), channels, height * width, -1)
        largest = (seen + filter.permute(2, 0, 1).reshape(channels, height * width, 1)).amax(2)
        rows = (planes.shape[2] - windows[0]) // strides[0] + 1
        return largest.reshape(len(x), channels, rows, -1).permute(0, 2, 3, 1)

    return function


def local_response(x):
    """Within one channel to either side, bias 1.5, alpha 0.7, beta 0.6."""
    squares = F.pad(x**2, (1, 1))
    return x * (1.5 + 0.7 * (squares[..., :-2] + squares[..., 1:-1] + squares[..., 2:])) ** -0.6


def depth_to_space(x):
    batch, height, width, _ = x.shape
    blocks = x.reshape(batch, height, width, 2, 2, -1).permute(0, 1, 3, 2, 4, 5)
    return blocks.reshape(batch, 2 * height, 2 * width, -1)
