"""Weights as 16-bit floats and as 8-bit integers with a scale a channel: PyTorch's conversions, as bits."""

import numpy as np
import torch


def bits(values: torch.Tensor, dtype) -> list[int]:
    return values.numpy().view(dtype).reshape(-1).astype(np.int64).tolist()


def oracle():
    generator = np.random.default_rng(0)
    one = int(np.float32(1).view(np.uint32))
    least_half = int(np.float32(2.0**-24).view(np.uint32))  # the smallest float16 above 0
    corners = [
        *(0, 1, 2, 0x7FFFFF, 0x800000),  # 0, the subnormals of float32 and its smallest normal number
        *(0x7F800000, 0x7F7F7FFF),  # infinity, and the last number that bfloat16 does not round to it
        *(one + offset for offset in (0, 0x7FFF, 0x8000, 0x8001, 0x17FFF, 0x18000, 0x18001)),  # around ties of bfloat16
        *(one + offset for offset in (0x0FFF, 0x1000, 0x1001, 0x2FFF, 0x3000, 0x3001)),  # around ties of float16
        *(least_half + (exponent << 23) + offset for exponent in (-2, -1, 0, 1, 9, 10) for offset in (-1, 0, 1, 0x400000)),
        *(np.float32(value).view(np.uint32) for value in (65504, 65519.996, 2.0**-14, 2.0**-14 - 2.0**-25, 0.1, 1 / 3)),
    ]
    wild = generator.integers(0, 2**31, 200)
    near = np.float32(generator.normal(size=200) * 10.0 ** generator.integers(-9, 5, 200)).view(np.uint32)
    words = np.array([*map(int, corners), *wild.tolist(), *near.tolist()], np.int64)
    words = np.unique(np.concatenate([words, words ^ 0x80000000])).astype(np.uint32)
    values = torch.from_numpy(words.view(np.float32).copy())
    whole = values[~values.isnan()]
    cases = {}
    for name, dtype, largest in [("float16", torch.float16, 65519.998), ("bfloat16", torch.bfloat16, 3.3961e38)]:
        chosen = whole[(whole.abs() < largest) | whole.isinf()]
        cases[name] = {"from": bits(chosen, np.uint32), "to": bits(chosen.to(dtype).view(torch.uint16), np.uint16)}

    columns = torch.from_numpy(generator.normal(size=(5, 4)).astype(np.float32)) * torch.tensor([1, 1e-3, 50, 0], dtype=torch.float32)
    ties = torch.tensor([127, 0.5, 1.5, -2.5, -0.5], dtype=torch.float32)[:, None]  # of a scale of 1
    weight = torch.cat([columns, ties], 1)
    scale = weight.abs().amax(0, keepdim=True) / 127
    integers = torch.where(scale > 0, torch.round(weight / scale), torch.zeros(()))
    cases["int8"] = {
        "weight": bits(weight, np.uint32),
        "scale": bits(scale, np.uint32),
        "integers": integers.reshape(-1).int().tolist(),
        "again": bits((integers * scale).to(torch.float32), np.uint32),
    }
    return cases
