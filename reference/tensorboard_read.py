"""Reads the event files that @ae/logs wrote with TensorBoard 2.21: by both of its readers in Python, and by the web server of
`tensorboard` with each of its loaders, whose routes the page of TensorBoard calls.

    python tensorboard_read.py    # packages/logs/fixtures/example-run.json -> oracles/tensorboard.json

`npx vitest run src/tensor-board.test.ts --update` in packages/logs writes the files that this reads.
"""

import base64
import hashlib
import json
import os
import pathlib
import platform
import struct
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request

import numpy as np
import tensorboard
from tensorboard.backend.event_processing import event_accumulator, plugin_event_accumulator
from tensorboard.util import tensor_util

here = pathlib.Path(__file__).parent
everything = {"scalars": 0, "histograms": 0, "images": 0, "tensors": 0}


def old_reader(folder):
    reader = event_accumulator.EventAccumulator(folder, size_guidance=everything).Reload()
    edges = lambda h: [[float(np.float32(x)) for x in row] for row in zip(
        [h.min, *h.bucket_limit[:-1]], [*h.bucket_limit[:-1], h.max], h.bucket)]
    return {
        "scalars": {tag: [[e.step, e.value, e.wall_time] for e in reader.Scalars(tag)] for tag in reader.Tags()["scalars"]},
        "histograms": {tag: [{"step": e.step, "buckets": edges(e.histogram_value)} for e in reader.Histograms(tag)]
                       for tag in reader.Tags()["histograms"]},
        "images": {tag: [{"step": e.step, "width": e.width, "height": e.height, "png": text(e.encoded_image_string)}
                         for e in reader.Images(tag)] for tag in reader.Tags()["images"]},
    }


def new_reader(folder):
    reader = plugin_event_accumulator.EventAccumulator(folder, tensor_size_guidance={name: 0 for name in everything}).Reload()
    found = {"scalars": {}, "histograms": {}, "images": {}}
    for tag in reader.Tags()["tensors"]:
        plugin = reader.SummaryMetadata(tag).plugin_data.plugin_name
        events = [(e, tensor_util.make_ndarray(e.tensor_proto)) for e in reader.Tensors(tag)]
        if plugin == "scalars":
            found[plugin][tag] = [[e.step, float(value), e.wall_time] for e, value in events]
        elif plugin == "histograms":
            found[plugin][tag] = [{"step": e.step, "buckets": value.tolist()} for e, value in events]
        elif plugin == "images":
            found[plugin][tag] = [{"step": e.step, "width": int(value[0]), "height": int(value[1]), "png": text(value[2])}
                                  for e, value in events]
    return found


def server(folder, fast):
    """What the page of TensorBoard gets from its server."""
    port = 6100 + (1 if fast else 0)
    process = subprocess.Popen(
        [sys.executable, "-m", "tensorboard.main", "--logdir", folder, "--port", str(port),
         "--load_fast", "true" if fast else "false"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    get = lambda route, **query: urllib.request.urlopen(
        f"http://127.0.0.1:{port}/{route}" + (f"?{urllib.parse.urlencode(query)}" if query else "")).read()
    try:
        for _ in range(120):
            try:
                if json.loads(get("data/plugin/scalars/tags")) and json.loads(get("data/plugin/images/tags")):
                    break
            except OSError:
                pass
            time.sleep(0.5)
        time.sleep(2)
        tags = lambda plugin: json.loads(get(f"data/plugin/{plugin}/tags"))["."]
        scalar = lambda tag: json.loads(get("data/plugin/scalars/scalars", run=".", tag=tag))
        histogram = lambda tag: json.loads(get("data/plugin/histograms/histograms", run=".", tag=tag))
        image = lambda tag: json.loads(get("data/plugin/images/images", run=".", tag=tag, sample=0))
        result = {
            "scalars": {tag: [[step, value, wall] for wall, step, value in scalar(tag)] for tag in tags("scalars")},
            "histograms": {tag: [{"step": step, "buckets": buckets} for _, step, buckets in histogram(tag)]
                           for tag in tags("histograms")},
            "images": {tag: [picture(one["step"], get(f"data/plugin/images/individualImage?{one['query']}"))
                             for one in image(tag)] for tag in tags("images")},
        }
        runs = json.loads(get("data/plugin/projector/runs"))
        name = json.loads(get("data/plugin/projector/info", run=runs[0]))["embeddings"][0]["tensorName"]
        projector = {
            "config": json.loads(get("data/plugin/projector/info", run=runs[0])),
            "tensor": np.frombuffer(get("data/plugin/projector/tensor", run=runs[0], name=name), "float32").tolist(),
            "metadata": get("data/plugin/projector/metadata", run=runs[0], name=name).decode(),
            "sprite": text(get("data/plugin/projector/sprite_image", run=runs[0], name=name)),
        }
        return result, projector
    finally:
        process.terminate()
        process.wait()


def picture(step, data):
    width, height = struct.unpack(">II", data[16:24])
    return {"step": step, "width": width, "height": height, "png": text(data)}


def text(data):
    return base64.b64encode(data).decode()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        files = json.loads((here / "../packages/logs/fixtures/example-run.json").read_text())
        sums = {}
        for path, content in files.items():
            os.makedirs(os.path.dirname(os.path.join(folder, path)), exist_ok=True)
            data = base64.b64decode(content)
            pathlib.Path(folder, path).write_bytes(data)
            sums[path] = hashlib.sha256(data).hexdigest()
        slow, projector = server(folder, fast=False)
        fast, _ = server(folder, fast=True)
        readers = {"event_accumulator": old_reader(folder), "plugin_event_accumulator": new_reader(folder),
                   "server": slow, "server with load_fast": fast}
    content = {
        "generator": "reference/tensorboard_read.py",
        "versions": {"python": platform.python_version(), "tensorboard": tensorboard.__version__},
        "files": sums, "readers": readers, "projector": projector,
    }
    (here / "oracles" / "tensorboard.json").write_text(json.dumps(content, separators=(",", ":")) + "\n")
    for name, found in readers.items():
        print(f"{name}:")
        for tag, points in found["scalars"].items():
            print(f"  {tag}: {[(step, round(value, 6)) for step, value, _ in points]}")
        print(f"  histograms: { {tag: [(e['step'], len(e['buckets'])) for e in es] for tag, es in found['histograms'].items()} }")
        print(f"  images: { {tag: [(e['step'], e['width'], e['height']) for e in es] for tag, es in found['images'].items()} }")
    print(f"projector: {projector['config']['embeddings']}")
