"""The service of `ae serve` for one VAE in PyTorch, FastAPI and uvicorn, one process: `serve_torch.py model.safetensors port threads`.

Endpoints are coroutines that compute at once: for calls of a millisecond that is faster than a pool of threads. uvicorn runs
uvloop and httptools; JSON is orjson's; the PNG file is Pillow's at the compression level of ours.
"""
import io
import json
import struct
import sys

import fastapi
import numpy
import orjson
import PIL
import torch
import uvicorn
from fastapi import FastAPI, Request, Response
from PIL import Image
from torch.nn import functional

path, port, threads = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
torch.set_num_threads(threads)


def read(path):
    """The weights of a safetensors file of float32."""
    data = open(path, "rb").read()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    tensors = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        begin, end = entry["data_offsets"]
        values = numpy.frombuffer(data[8 + length + begin : 8 + length + end], dtype="<f4")
        tensors[name] = torch.from_numpy(values.reshape(entry["shape"]).copy())
    return tensors


weights = read(path)


def linear(name):
    """A layer whose weight is stored as [in, out]."""
    return weights[f"{name}.weight"].t().contiguous(), weights[f"{name}.bias"]


hidden, mean, log_variance = linear("encoder.0"), linear("mean"), linear("logVariance")
first, last = linear("decoder.0"), linear("decoder.1")
latents = mean[0].shape[0]


def decode(z):
    return functional.linear(functional.relu(functional.linear(z, *first)), *last)


def picture(images, gap=2):
    """A grid, as bytes of a PNG file."""
    count, size = len(images), 28
    columns = int(numpy.ceil(numpy.sqrt(count)))
    rows = -(-count // columns)
    side = size + gap
    grid = numpy.zeros((rows * side + gap, columns * side + gap), dtype=numpy.uint8)
    pixels = images.mul(255).round_().to(torch.uint8).numpy().reshape(count, size, size)
    for i in range(count):
        top, left = gap + i // columns * side, gap + i % columns * side
        grid[top : top + size, left : left + size] = pixels[i]
    out = io.BytesIO()
    Image.fromarray(grid).save(out, "PNG", compress_level=3)
    return out.getvalue()


app = FastAPI()


@app.get("/versions")
async def versions():
    return {
        "torch": torch.__version__,
        "fastapi": fastapi.__version__,
        "uvicorn": uvicorn.__version__,
        "pillow": PIL.__version__,
    }


@app.get("/sample")
async def sample(count: int = 16, seed: int = 0):
    with torch.inference_mode():
        z = torch.randn(count, latents, generator=torch.Generator().manual_seed(seed))
        images = torch.sigmoid(decode(z))
    return Response(picture(images), media_type="image/png")


@app.post("/score")
async def score(request: Request):
    examples = numpy.array(orjson.loads(await request.body())["examples"], dtype=numpy.float32)
    with torch.inference_mode():
        x = torch.from_numpy(examples)
        features = functional.relu(functional.linear(x, *hidden))
        m, v = functional.linear(features, *mean), functional.linear(features, *log_variance)
        cost = functional.binary_cross_entropy_with_logits(decode(m), x, reduction="none").sum(1)
        scores = cost - 0.5 * (1 + v - m * m - v.exp()).sum(1)
    return Response(orjson.dumps({"scores": scores.numpy()}, option=orjson.OPT_SERIALIZE_NUMPY), media_type="application/json")


uvicorn.run(app, host="127.0.0.1", port=port, log_level="error", access_log=False, loop="uvloop", http="httptools")
