"""A folder of pictures by torchvision, or by Pillow in a Dataset where torchvision is missing: python3 torch_images.py '{...}', a line of JSON.

Tasks: make (writes the folder), read (epochs of decoding and scaling by a DataLoader).
"""
import json
import os
import sys
import time

import numpy as np
from PIL import Image

settings = json.loads(sys.argv[1])
folder, size = settings["folder"], settings["size"]


def make():
    """Pictures of slopes, edges and noise in ten folders."""
    random = np.random.default_rng(1)
    y, x = np.mgrid[0:64, 0:64]
    for label in range(10):
        os.makedirs(f"{folder}/{label}", exist_ok=True)
    for index in range(settings["count"]):
        slopes = random.integers(0, 6, (2, 3))
        picture = x[..., None] * slopes[0] + y[..., None] * slopes[1] + random.integers(0, 12, (64, 64, 3))
        top, left, high, wide = random.integers(0, 32, 4)
        picture[top : top + high, left : left + wide] = random.integers(0, 256, 3)
        Image.fromarray(picture.clip(0, 255).astype(np.uint8)).save(f"{folder}/{index % 10}/{index:05}.png")
    return {}


def read():
    import torch
    from torch.utils.data import DataLoader, Dataset

    try:
        from torchvision import __version__ as version
        from torchvision import datasets, transforms

        steps = transforms.Compose([transforms.Resize((size, size)), transforms.ToTensor()])
        data = datasets.ImageFolder(folder, steps)
        name = f"torchvision {version}"
    except (ImportError, RuntimeError):  # a torchvision that does not fit this torch

        class Pictures(Dataset):
            def __init__(self):
                self.files = sorted(entry.path for label in os.scandir(folder) for entry in os.scandir(label.path))

            def __len__(self):
                return len(self.files)

            def __getitem__(self, index):
                image = Image.open(self.files[index]).convert("RGB").resize((size, size), Image.Resampling.BILINEAR)
                return torch.from_numpy(np.array(image)).permute(2, 0, 1).float().div(255), 0

        data, name = Pictures(), "Pillow"
    loader = DataLoader(data, batch_size=128, shuffle=True, num_workers=settings["workers"], persistent_workers=True)
    seconds = []
    for _ in range(settings["epochs"]):
        start = time.perf_counter()
        count = sum(len(images) for images, _ in loader)
        seconds.append(time.perf_counter() - start)
        assert count == len(data)
    return {"seconds": seconds, "count": len(data), "versions": f"PyTorch {torch.__version__}, {name}"}


print(json.dumps({"make": make, "read": read}[settings["task"]]()))
