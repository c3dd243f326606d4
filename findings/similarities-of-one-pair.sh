#!/usr/bin/env bash
# The defaults of four libraries give one pair of pictures four structural similarities, and two the same pair two multiscale ones.
#
# Version:  scikit-image 0.26.0, torchmetrics 1.9.0, pytorch-msssim 1.0.0 on torch 2.13.0; ssim.js 3.5.0, image-ssim 0.2.0
# Expected: the same number, or nearly: each names the paper of Wang et al., 2004 (0.8731 for this pair), and for several scales
#           that of 2003.
# Seen:     scikit-image weighs 7 x 7 pixels the same and divides by n - 1; torchmetrics averages over all pixels, those whose
#           window lies beyond the border too; ssim.js weighs 11 x 11 pixels the same; image-ssim takes windows of 8 x 8 that do not
#           overlap, cut at the border, and divides by n - 1. For several scales, torchmetrics averages the coarsest over
#           all pixels and the others over those whose window lies inside.
# Output:
#> scikit-image    0.8802
#> torchmetrics    0.6610
#> ssim.js         0.9460
#> image-ssim      0.6418
#> pytorch-msssim  0.8731
#> five scales: pytorch-msssim 0.8811
#> five scales: torchmetrics   0.8789
set -euo pipefail
output=$(sed -n 's/^#> //p' "$0")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv --system-site-packages env
env/bin/python -c 'import torch' 2>/dev/null || { echo 'skipped: PyTorch is not installed'; exit 3; }
env/bin/pip install --quiet --disable-pip-version-check scikit-image==0.26.0 torchmetrics==1.9.0 pytorch-msssim==1.0.0
npm install --prefix . --silent --no-audit --no-fund --ignore-scripts ssim.js@3.5.0 image-ssim@0.2.0

cat > program.py <<'END'
import json
import sys

import numpy as np
import pytorch_msssim
import torch
from skimage.metrics import structural_similarity
from torchmetrics.functional import image


def pair(size):
    """A ring on a pattern, and a damaged copy."""
    y, x = np.mgrid[0:size, 0:size]
    radius = (2 * x - size + 1) ** 2 + (2 * y - size + 1) ** 2
    original = np.where((5 * radius >= size**2) & (2 * radius <= size**2), 255, (x * y // 8) % 64 * (x > size // 2))
    return original * 3 // 4 + (x * x * 7 + y * x * 13 + y * y * 3) % 97 // 2, original


if sys.argv[1] == "pair":
    print(json.dumps([picture.ravel().tolist() for picture in pair(28)]))
else:
    small, large = ([torch.from_numpy(p.astype(np.float64))[None, None] for p in pair(size)] for size in (28, 176))
    if sys.argv[1] == "first":
        print(f"scikit-image    {structural_similarity(*pair(28), data_range=255):.4f}")
        print(f"torchmetrics    {image.structural_similarity_index_measure(*small, data_range=255.0):.4f}")
    else:
        print(f"pytorch-msssim  {pytorch_msssim.ssim(*small, data_range=255):.4f}")
        print(f"five scales: pytorch-msssim {pytorch_msssim.ms_ssim(*large, data_range=255):.4f}")
        measure = image.multiscale_structural_similarity_index_measure
        print(f"five scales: torchmetrics   {measure(*large, data_range=255.0, normalize='relu'):.4f}")
END
cat > program.cjs <<'END'
const { ssim } = require('ssim.js')
const { compare } = require('image-ssim')
const [a, b] = JSON.parse(require('node:fs').readFileSync('pair.json', 'utf8'))
const size = { width: 28, height: 28 }
const rgba = (pixels) => ({ ...size, data: Uint8ClampedArray.from(pixels.flatMap((v) => [v, v, v, 255])) })
console.log(`ssim.js         ${ssim(rgba(a), rgba(b)).mssim.toFixed(4)}`)
console.log(`image-ssim      ${compare({ ...size, channels: 1, data: a }, { ...size, channels: 1, data: b }).ssim.toFixed(4)}`)
END
env/bin/python program.py pair > pair.json
{ env/bin/python program.py first; node program.cjs; env/bin/python program.py last; } | tee seen.txt
diff <(echo "$output") seen.txt
