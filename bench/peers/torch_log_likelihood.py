"""log p(x) by importance sampling in PyTorch: the decoder of a VAE, untrained, in several layouts, of which the fastest counts."""
import math
import time

import numpy
import torch
from torch import nn
from torch.nn import functional
from torch.utils.mkldnn import to_mkldnn

from measure import report, settings

torch.set_num_threads(settings["threads"])
torch.manual_seed(1)
IMAGES, SAMPLES, LATENTS = settings["images"], settings["samples"], settings["latentSize"]
SIZES = [LATENTS, *settings["hidden"][::-1], 784]
decoder = nn.Sequential(*[part for a, b in zip(SIZES, SIZES[1:]) for part in (nn.Linear(a, b), nn.Tanh())][:-1])
layers = [(layer.weight.t().contiguous(), layer.bias) for layer in decoder if isinstance(layer, nn.Linear)]
packed = to_mkldnn(decoder.eval())
x = torch.from_numpy((numpy.random.default_rng(1).random((IMAGES, 784)) < 0.13).astype("float32"))
means, log_variances = 0.1 * torch.randn(2, IMAGES, LATENTS)


def transposed(z):
    for weight, bias in layers[:-1]:
        z = torch.addmm(bias, z, weight).tanh_()
    return torch.addmm(layers[-1][1], z, layers[-1][0])


def estimate(decode, chunk, images):
    """The mean over images of log(1/samples sum of weights); one image at a time, `chunk` codes at once."""
    values = []
    for target, mean, log_variance in zip(x[:images], means, log_variances):
        scale, logs = (log_variance / 2).exp(), []
        for first in range(0, SAMPLES, chunk):
            noise = torch.randn(min(chunk, SAMPLES - first), LATENTS)
            z = torch.addcmul(mean, scale, noise)
            logits = decode(z)
            # Faster than binary_cross_entropy_with_logits, which would take a target for each code.
            cost = functional.softplus(logits).sum(1) - logits @ target
            logs.append((noise.square() - z.square()).sum(1) / 2 - cost)
        values.append(torch.logsumexp(torch.cat(logs), 0) - math.log(SAMPLES) + log_variance.sum() / 2)
    return torch.stack(values).mean()


layouts = {
    "nn.Linear": decoder,
    "addmm with transposed weights": transposed,
    "oneDNN with packed weights": lambda z: packed(z.to_mkldnn()).to_dense(),
}
with torch.inference_mode():
    short = [(name, chunk) for name in layouts for chunk in (500, 1000, 2500)]
    trials = {}
    for _ in range(2):  # the first warms up
        for name, chunk in short:
            start = time.perf_counter()
            estimate(layouts[name], chunk, 4)
            trials[name, chunk] = time.perf_counter() - start
    name, chunk = min(trials, key=trials.get)
    start, used = time.perf_counter(), time.process_time()
    estimate(layouts[name], chunk, IMAGES)
    seconds, cpu_seconds = time.perf_counter() - start, time.process_time() - used
report({"seconds": seconds, "cpuSeconds": cpu_seconds, "version": torch.__version__, "layout": f"{name}, {chunk} at once"})
