"""Encodes shards of images on Ray Data: one `ae encode` process for each shard, on any machine of the cluster.

    python encode.py --model /mnt/shared/vae.safetensors --shards '/mnt/shared/images/*.npy' --out /mnt/shared/codes

The codes of a shard appear under their name whole, or not at all, so a shard that has codes is done: whatever fails, run the same
command again, and it does the rest. A shard that cannot be encoded is listed, and the others are encoded all the same.
"""

import argparse
import json
import os
import shlex
import subprocess
import tempfile
import time
import uuid
from pathlib import PurePosixPath

import ray
from pyarrow import fs


class Encode:
    """Encodes the shards that a worker gets, one at a time."""

    def __init__(self, ae: str, model: str, out: str) -> None:
        self.out_files, self.out = fs.FileSystem.from_uri(out)
        self.scratch = tempfile.TemporaryDirectory(prefix="ae-encode-")
        local = f"{self.scratch.name}/model.safetensors"
        fs.copy_files(model, local)  # once for each worker, wherever it is kept
        self.command = [*shlex.split(ae), "encode", local, "-"]

    def __call__(self, row: dict) -> dict:
        name = f"{PurePosixPath(row['shard']).stem}.npy"
        place = f"{self.out}/{name}"
        start = time.monotonic()
        if self.out_files.get_file_info(place).type == fs.FileType.File:
            return {"shard": row["shard"], "codes": name, "seconds": 0.0, "error": ""}
        # A name of its own, since Ray may give a shard to another worker while the first one, thought lost, goes on.
        part = f"{self.out}/.{name}.{uuid.uuid4().hex}"
        local = f"{self.scratch.name}/{name}"
        error = self.run(row["shard"], local)
        if not error:
            fs.copy_files(local, part, source_filesystem=fs.LocalFileSystem(), destination_filesystem=self.out_files)
            self.out_files.move(part, place)
        os.remove(local)
        return {"shard": row["shard"], "codes": name, "seconds": time.monotonic() - start, "error": error}

    def run(self, shard: str, local: str) -> str:
        """Runs the command between the shard's bytes and a local file; returns what it says when it fails."""
        files, path = fs.FileSystem.from_uri(shard)
        with open(local, "wb") as codes, tempfile.TemporaryFile() as log:
            guarded = ["setpriv", "--pdeathsig", "TERM", "--", *self.command]  # ends with this worker
            with subprocess.Popen(guarded, stdin=subprocess.PIPE, stdout=codes, stderr=log) as process:
                try:
                    with files.open_input_stream(path) as stream, process.stdin:
                        while block := stream.read(1 << 20):
                            process.stdin.write(block)
                except BrokenPipeError:
                    pass  # its exit code and its words say why
            log.seek(0)
            return "" if process.returncode == 0 else f"exit code {process.returncode}: {log.read().decode()[-2000:]}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", required=True, help="a path that all machines see, or an address such as s3://bucket/vae.safetensors")
    parser.add_argument("--shards", required=True, help="a folder or a pattern of .npy, .parquet or other files that `ae encode -` reads")
    parser.add_argument("--out", required=True, help="a folder for the codes, or an address")
    parser.add_argument("--cpus", type=float, default=1, help="cores of one process")
    parser.add_argument("--workers", type=int, help="processes; as many as there is room for if not given")
    parser.add_argument("--ae", default="ae", help="the command, on every machine")
    parser.add_argument("--address", default="local", help="of the cluster: auto for the one of this machine; a new one here by default")
    options = parser.parse_args()

    shards = list_shards(options.shards)
    options.model, options.out = absolute(options.model), absolute(options.out)
    out_files, out = fs.FileSystem.from_uri(options.out)
    out_files.create_dir(out, recursive=True)
    ray.init(address=options.address)
    workers = options.workers or max(1, int(ray.cluster_resources()["CPU"] / options.cpus))
    start = time.monotonic()
    results = ray.data.from_items([{"shard": shard} for shard in shards], override_num_blocks=len(shards)).map(
        Encode,
        fn_constructor_args=(options.ae, options.model, options.out),
        num_cpus=options.cpus,
        concurrency=(1, workers),
    )
    failed = 0
    for row in results.iter_rows():
        failed += bool(row["error"])
        print(json.dumps(row), flush=True)
    print(json.dumps({"shards": len(shards), "failed": failed, "seconds": round(time.monotonic() - start, 1)}))
    raise SystemExit(1 if failed else 0)


def absolute(place: str) -> str:
    """A path as every process understands it, or an address as it is."""
    return place if "://" in place else os.path.abspath(place)


def list_shards(pattern: str) -> list[str]:
    """The files of a folder, or those that a pattern in the last part of a path matches, in order."""
    head, _, last = pattern.rpartition("/") if "*" in pattern else (pattern, "/", "*")
    head = absolute(head)
    files, folder = fs.FileSystem.from_uri(head)
    scheme = f"{head.split('://')[0]}://" if "://" in head else ""
    found = files.get_file_info(fs.FileSelector(folder))
    return sorted(scheme + info.path for info in found if info.type == fs.FileType.File and PurePosixPath(info.path).match(last))


if __name__ == "__main__":
    main()
