"""PyTorch, eager or compiled: python3 torch_speed.py '{"task": "train", "network": {...}, "threads": 2, ...}', a line of JSON.

Tasks: train, sample, encode, matmul, save, cold-start.
"""
import time

START = time.perf_counter()  # before the imports, which count towards a cold start

import torch

from measure import at_each_batch_size, call_times, digits, epoch_rates, limit, peak_memory, report, settings
from torch_models import adam, build, loss_of, pretrain, run_epoch

torch.set_num_threads(settings["threads"])
torch.manual_seed(1)
network = settings.get("network")


def train():
    data = torch.from_numpy(digits(settings["images"]))

    def rates(batch_size):
        model = build(network)
        optimiser = adam(model.parameters())
        loss = lambda x: loss_of(network, model, x)
        if settings.get("compile"):
            loss = torch.compile(loss)

        def epoch():
            if network.get("pretraining"):
                pretrain(model, data, 1, batch_size)
            run_epoch(optimiser, data, batch_size, loss)

        return epoch_rates(epoch)

    return at_each_batch_size(rates)


@torch.inference_mode()
def sample():
    model = build(network).eval()
    call = lambda: model.decoder(torch.randn(settings["count"], network["codeSize"])).numpy()
    return {"milliseconds": call_times(settings["calls"], call), "peakMemory": peak_memory()}


@torch.inference_mode()
def encode():
    data, model = torch.from_numpy(digits(settings["images"])), build(network).eval()

    def rates(batch_size):
        def epoch():
            for batch in data.split(batch_size):
                model.encoder(batch).numpy()

        return epoch_rates(epoch)

    return at_each_batch_size(rates)


def matmul():
    def product(size):
        a, b = torch.rand(size, size), torch.rand(size, size)
        return lambda: a @ b

    return limit(settings["sizes"], product)


def save():
    torch.save(build(network).state_dict(), settings["weights"])
    return {}


@torch.inference_mode()
def cold_start():
    model = build(network)
    model.load_state_dict(torch.load(settings["weights"], weights_only=True))
    images = model.eval().decoder(torch.randn(settings["count"], network["codeSize"])).numpy()
    return {"milliseconds": 1000 * (time.perf_counter() - START), "values": images.size}


tasks = {"train": train, "sample": sample, "encode": encode, "matmul": matmul, "save": save, "cold-start": cold_start}
report({**tasks[settings["task"]](), "version": torch.__version__})
