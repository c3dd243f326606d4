"""The rows of ops.py that move values without changing them."""

import numpy as np
import torch
import torch.nn.functional as F


def rows():
    pick = torch.tensor
    return {
        "reshape": (lambda x: x.reshape(4, -1), (2, 3, 4)),
        "expandDims": (lambda x: x[..., None], (2, 3)),
        "squeeze": (lambda x: x.squeeze(), (2, 1, 3)),
        "transpose": (lambda x: x.permute(2, 1, 0), (2, 3, 4)),
        "transpose, permuted": (lambda x: x.permute(2, 0, 3, 1), (2, 3, 2, 2)),
        "concat": (lambda a, b: torch.cat([a, b, a], 1), (2, 2, 2), (2, 1, 2)),
        "concat, last axis": (lambda a, b: torch.cat([a, b], -1), (2, 2, 2), (2, 2, 1)),
        "stack": (lambda a, b: torch.stack([a, b, a], 1), (2, 3), (2, 3)),
        "stack of one": (lambda a: a[None], (2, 3)),
        "unstack": (lambda x: x[:, 0] * x[:, 1], (3, 2, 2)),
        "unstack, last axis, in part": (lambda x: x[..., 1], (3, 2, 3)),
        "unstack of one": (lambda x: x[0], (1, 3)),
        "split": (lambda x: x[:, :2] * x[:, 2:], (2, 4, 2)),
        "split by sizes": (lambda x: x[:, 1:], (2, 4)),
        "split into one": (torch.clone, (2, 4)),
        "slice": (lambda x: x[1:2, 0:2, 2:], (2, 3, 4)),
        "slice of rows": (lambda x: x[1:], (3, 4)),
        "stridedSlice": (lambda x: x[1:6:2, 0:4:3], (6, 4)),
        "stridedSlice, backwards": (lambda x: x[[5, 3, 1]], (6, 4)),
        "stridedSlice, an axis dropped": (lambda x: x[1:3, 1], (4, 3, 2)),
        "stridedSlice, masks": (lambda x: x[::2, 1:3], (5, 3, 3)),
        "pad": (lambda x: F.pad(x, (2, 0, 0, 1, 1, 2), value=7), (2, 2, 3)),
        "mirrorPad, reflect": (mirrored("reflect", (0, 0), (2, 1), (1, 2), (0, 0)), (2, 3, 3, 2)),
        "mirrorPad, symmetric": (mirrored("symmetric", (2, 1), (0, 3)), (2, 3)),
        "tile": (lambda x: x.repeat(2, 1, 3), (2, 3, 2)),
        "broadcastTo": (lambda x: x.expand(4, 2, 3), (2, 1)),
        "reverse": (lambda x: x.flip(0, 2), (2, 3, 4)),
        "gather": (lambda x: x[pick([2, 0, 2, 1, 2])], (3, 4)),
        "gather, axis 1, 2-d indices": (lambda x: x[:, pick([[1, 1], [0, 2]])], (2, 3, 2)),
        "gather of each batch": (
            lambda x: torch.stack([x[0][:, [1, 1, 0]], x[1][:, [2, 0, 2]]]), (2, 2, 3, 2)),
        "gather from one value": (lambda x: x[pick([0, 0])], (1, 2)),
        "oneHot of argMax": (lambda x: x * F.one_hot(x.argmax(1), 4), (3, 4)),
        "spaceToBatchND": (space_to_batch, (1, 3, 4, 2)),
        "batchToSpaceND": (batch_to_space, (4, 2, 2, 1)),
    }


def mirrored(mode, *paddings):
    """Indexes each axis by positions, which numpy pads."""

    def function(x):
        for axis, padding in enumerate(paddings):
            x = x.index_select(axis, torch.from_numpy(np.pad(np.arange(x.shape[axis]), padding, mode)))
        return x

    return function


def space_to_batch(x):
    """Blocks of 2 x 2; one row of zeros below, one column on each side."""
    padded = F.pad(x, (0, 0, 1, 1, 0, 1))  # [1, 4, 6, 2]
    return padded.reshape(1, 2, 2, 3, 2, 2).permute(2, 4, 0, 1, 3, 5).reshape(4, 2, 3, 2)


def batch_to_space(x):
    """Blocks of 2 x 2; the last row is cut off."""
    return x.reshape(2, 2, 1, 2, 2, 1).permute(2, 3, 0, 4, 1, 5).reshape(1, 4, 4, 1)[:, :3]
