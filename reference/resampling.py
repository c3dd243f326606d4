"""Resizing pictures: PyTorch's antialiased bilinear interpolation, which is Pillow's BILINEAR in floats."""

import torch
import torch.nn.functional as F


def oracle():
    generator = torch.Generator().manual_seed(0)
    cases = []
    for (height, width, channels), (high, wide) in [((7, 5, 1), (3, 2)), ((3, 4, 3), (5, 9)), ((2, 11, 3), (6, 4)), ((1, 1, 1), (2, 3))]:
        picture = torch.rand((height, width, channels), generator=generator, dtype=torch.float64)
        batch = picture.permute(2, 0, 1)[None]
        scaled = F.interpolate(batch, size=(high, wide), mode="bilinear", align_corners=False, antialias=True)
        cases.append({"picture": picture, "scaled": scaled[0].permute(1, 2, 0).contiguous()})
    return {"cases": cases}
