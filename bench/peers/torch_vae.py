"""The tutorial's VAE in PyTorch, eager: one JSON line with images a second of each epoch.

  python3 torch_vae.py '{"batchSize": 128, "images": 12800, "epochs": 3, "threads": 2, "data": "FOLDER"}'
"""
import json
import os
import resource
import sys
import time

import numpy
import torch
import torch.nn.functional as F
from torch import nn

settings = json.loads(sys.argv[1])
torch.set_num_threads(settings["threads"])
torch.manual_seed(1)
with open(os.path.join(settings["data"], "train-images-idx3-ubyte"), "rb") as images_file:
    pixels = numpy.frombuffer(images_file.read(), numpy.uint8, offset=16).reshape(-1, 784)
train = torch.from_numpy(pixels[: settings["images"]].astype("f4") / 255)


class Vae(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden, self.mean, self.log_variance = nn.Linear(784, 400), nn.Linear(400, 20), nn.Linear(400, 20)
        self.decode, self.output = nn.Linear(20, 400), nn.Linear(400, 784)

    def forward(self, x):
        h = torch.relu(self.hidden(x))
        mean, log_variance = self.mean(h), self.log_variance(h)
        z = mean + torch.randn_like(mean) * torch.exp(0.5 * log_variance)
        return torch.sigmoid(self.output(torch.relu(self.decode(z)))), mean, log_variance


model = Vae()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
rates = []
for _ in range(settings["epochs"] + 1):
    start, order = time.perf_counter(), torch.randperm(len(train))
    for indices in order.split(settings["batchSize"]):
        x = train[indices]
        optimizer.zero_grad()
        reconstruction, mean, log_variance = model(x)
        nll = F.binary_cross_entropy(reconstruction, x, reduction="sum")
        kl = -0.5 * torch.sum(1 + log_variance - mean * mean - log_variance.exp())
        (nll + kl).backward()
        optimizer.step()
    rates.append(len(train) / (time.perf_counter() - start))
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps({"imagesPerSecond": rates[1:], "peakMemory": peak, "version": torch.__version__}))
