"""The rows of ops.py on images: [batch, height, width, channels], filters [height, width, in, out]."""

import torch
import torch.nn.functional as F

from networks import same_padding, transposed_convolution


def rows():
    return {
        **{
            f"conv2d{how}, padding {padding}": (convolution(strides, padding), images, filter)
            for padding in ("same", "valid", 1)
            for how, strides, images, filter in (
                ("", (1, 1), (2, 4, 5, 2), (3, 3, 2, 3)),
                (", stride 2", (2, 2), (2, 5, 6, 1), (3, 3, 1, 2)),
            )
        },
        "conv2d, explicit padding": (convolution((1, 2), ((0, 1), (2, 0))), (1, 4, 4, 1), (2, 2, 1, 2)),
        "conv2d, dilated": (convolution((1, 1), "same", (2, 3)), (2, 5, 6, 1), (2, 2, 1, 2)),
        "conv2d of one image": (lambda x, w: convolution((1, 1), "same")(x[None], w)[0], (4, 4, 1), (3, 3, 1, 2)),
        "conv1d": (lambda x, w: convolution((1, 1), "same")(x[:, None], w[None])[:, 0], (2, 6, 2), (3, 2, 2)),
        "conv2dTranspose": (transposed((2, 2), (6, 8)), (2, 3, 4, 2), (3, 3, 1, 2)),
        "conv2dTranspose, valid": (
            lambda x, w: planes_last(F.conv_transpose2d(planes_first(x), w.permute(3, 2, 0, 1))),
            (2, 3, 3, 2), (3, 3, 1, 2)),
        "depthwiseConv2d": (depthwise((1, 1), "same"), (2, 4, 4, 2), (3, 3, 2, 2)),
        "depthwiseConv2d, stride 2": (depthwise((2, 2), "valid"), (2, 5, 5, 3), (2, 3, 3, 1)),
        "depthwiseConv2d, dilated": (depthwise((1, 1), "same", (2, 2)), (1, 5, 5, 2), (2, 3, 2, 1)),
        "depthwiseConv2d, channels": (depthwise((1, 1), "same"), (1, 4, 4, 5), (3, 2, 5, 1)),
        "depthwiseConv2d, no dilation said": (depthwise((1, 1), "same"), (1, 4, 4, 2), (2, 2, 2, 1)),
        "separableConv2d": (
            lambda x, d, p: convolution((1, 1), "valid")(depthwise((1, 1), "same")(x, d), p),
            (1, 4, 4, 2), (2, 2, 2, 1), (1, 1, 2, 3)),
        "fused.conv2d": (
            lambda x, w, b: F.relu(convolution((1, 1), "same")(x, w) + b), (1, 3, 3, 1), (2, 2, 1, 2), (2,)),
        "maxPool": (lambda x: planes_last(F.max_pool2d(planes_first(x), 2)), (2, 4, 4, 2)),
        "maxPool, overlapping": (lambda x: planes_last(F.max_pool2d(planes_first(x), 3, 1, 1)), (2, 4, 4, 1)),
        "avgPool": (lambda x: planes_last(F.avg_pool2d(planes_first(x), 2)), (2, 4, 4, 2)),
        "avgPool, overlapping, padded": (average_pool, (2, 5, 4, 2)),
        "pool, dilated": (lambda x: (x[:, :2, :2] + x[:, 2:, :2] + x[:, :2, 2:] + x[:, 2:, 2:]) / 4, (1, 4, 4, 1)),
        **resizings(),
        "batchNorm": (
            batch_norm, (2, 2, 2, 3), (3,), ((3,), 0.8, 2), (3,), ((3,), 0.5, 2)),
        "batchNorm by the batch": (
            lambda x, offset, scale: batch_norm(
                x, x.mean((0, 1, 2)), x.var((0, 1, 2), correction=0), offset, scale),
            (3, 2, 2, 2), (2,), (2,)),
    }


def planes_first(x):
    return x.permute(0, 3, 1, 2)


def planes_last(x):
    return x.permute(0, 2, 3, 1)


def padded(x, filter, strides, padding, dilations=(1, 1)):
    """Planes padded with zeros: `same`, `valid`, one number, or (before, after) of each axis."""
    if padding == "valid":
        return planes_first(x)
    if isinstance(padding, int):
        padding = ((padding, padding), (padding, padding))
    if padding == "same":
        windows = [(length - 1) * dilation + 1 for length, dilation in zip(filter.shape, dilations)]
        padding = [same_padding(*axis) for axis in zip(x.shape[1:], windows, strides)]
    (top, bottom), (left, right) = padding
    return F.pad(planes_first(x), (left, right, top, bottom))


def convolution(strides, padding, dilations=(1, 1)):
    def function(x, filter):
        planes = padded(x, filter, strides, padding, dilations)
        return planes_last(F.conv2d(planes, filter.permute(3, 2, 0, 1), None, strides, 0, dilations))

    return function


def transposed(strides, size):
    function = transposed_convolution(strides, size, "linear")
    return lambda x, filter: function(x, filter, torch.zeros(filter.shape[2]))


def depthwise(strides, padding, dilations=(1, 1)):
    def function(x, filter):
        height, width, channels, multiplier = filter.shape
        own = filter.permute(2, 3, 0, 1).reshape(channels * multiplier, 1, height, width)
        planes = padded(x, filter, strides, padding, dilations)
        return planes_last(F.conv2d(planes, own, None, strides, 0, dilations, channels))

    return function


def average_pool(x):
    """Windows of 3 x 3 by strides of 2, `same`: each average excludes the padding."""
    window = torch.empty(3, 3)
    sums = [F.avg_pool2d(padded(values, window, (2, 2), "same"), 3, 2) for values in (x, torch.ones_like(x))]
    return planes_last(sums[0] / sums[1])


def batch_norm(x, mean, variance, offset, scale):
    return (x - mean) / torch.sqrt(variance + 0.001) * scale + offset


def resizings():
    """TensorFlow places output i at i in / out; or aligns the corners; or the centres of the pixels."""
    rows = {}
    for size in ((6, 8), (2, 3), (5, 3)):
        for kind, interpolate in (("NearestNeighbor", nearest), ("Bilinear", bilinear)):
            name = f"resize{kind} to {size[0]},{size[1]}"
            rows[name] = (resized(size, interpolate, "corner"), (2, 3, 4, 2))
            rows[f"{name}, aligned corners"] = (resized(size, interpolate, "aligned"), (2, 3, 4, 1))
            rows[f"{name}, half-pixel centres"] = (resized(size, interpolate, "centres"), (2, 3, 4, 1))
    hold_against_pytorch()
    return rows


def resized(size, interpolate, places):
    def function(x):
        across = [interpolate(*lengths, places) for lengths in zip(x.shape[1:], size)]
        return torch.einsum("bhwc,ih,jw->bijc", x, *across)

    return function


def nearest(length, out_length, places):
    i = torch.arange(out_length)
    source = {
        "corner": i * length // out_length,
        "aligned": torch.floor(i * (length - 1) / (out_length - 1) + 0.5).long(),
        "centres": (2 * i + 1) * length // (2 * out_length),
    }[places]
    return torch.eye(length)[source]


def bilinear(length, out_length, places):
    i = torch.arange(out_length).double()
    source = {
        "corner": i * length / out_length,
        "aligned": i * (length - 1) / (out_length - 1),
        "centres": (i + 0.5) * length / out_length - 0.5,
    }[places].clamp(0, length - 1)
    return (1 - (source[:, None] - torch.arange(length)).abs()).clamp(min=0)


def hold_against_pytorch():
    """PyTorch has four of the six."""
    x = torch.arange(24.0).sin().reshape(2, 3, 4, 1)
    for size in ((6, 8), (2, 3), (5, 3)):
        for interpolate, places, options in (
            (nearest, "corner", {"mode": "nearest"}),
            (nearest, "centres", {"mode": "nearest-exact"}),
            (bilinear, "aligned", {"mode": "bilinear", "align_corners": True}),
            (bilinear, "centres", {"mode": "bilinear", "align_corners": False}),
        ):
            expected = planes_last(F.interpolate(planes_first(x), size, **options))
            torch.testing.assert_close(resized(size, interpolate, places)(x), expected)
