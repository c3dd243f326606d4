"""Numbers that float32 holds exactly, kept in float64: both sides then start from the same values."""

import torch


def float32(x):
    return x.to(torch.float32).to(torch.float64)
