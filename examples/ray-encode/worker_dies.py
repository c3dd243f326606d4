"""Encodes all shards twice on a local cluster of two workers with a core each, kills one in the middle of the second time, and compares.

    python worker_dies.py --model vae.safetensors --shards 'shards/*.npy'
"""

import hashlib
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from ray.cluster_utils import Cluster


def run(out: Path, kills: bool) -> list[dict]:
    """Encodes on a cluster of its own; with `kills`, a worker is killed when a third of the shards is done."""
    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 0})
    workers = [cluster.add_node(num_cpus=1) for _ in range(2)]
    command = [sys.executable, Path(__file__).with_name("encode.py"), "--out", out, "--address", cluster.address, *sys.argv[1:]]
    rows = []
    start = time.monotonic()
    with open(out.parent / f"{out.name}.log", "w") as log, subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True) as process:
        while kills and process.poll() is None:
            done = len(list(out.glob("*.npy")))
            if done >= 5 and list(out.parent.glob("*.log")):
                cluster.remove_node(workers[1], allow_graceful=False)
                print(f"killed a worker after {time.monotonic() - start:.0f} s, with {done} shards done")
                break
            time.sleep(0.05)
        rows = [json.loads(line) for line in process.stdout if line.startswith("{")]
    cluster.shutdown()
    print(f"{'broken' if kills else 'unbroken'}: exit code {process.returncode}, {json.dumps(rows[-1])}")
    return rows[:-1]


def contents(out: Path) -> dict[str, str]:
    """A hash of each file."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in out.iterdir()}


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="ae-encode-") as folder:
        whole, broken = Path(folder, "unbroken"), Path(folder, "broken")
        rows, others = run(whole, kills=False), run(broken, kills=True)
        found, of_others = contents(whole), contents(broken)
        examples = sum(np.load(path, mmap_mode="r").shape[0] for path in broken.glob("*.npy"))
        print(f"shards reported: {len(rows)} and {len(others)}, each once: {len({row['shard'] for row in others}) == len(others)}")
        print(f"files: {len(found)} and {len(of_others)}; unfinished ones left over: {sum(name.startswith('.') for name in of_others)}")
        print(f"files that differ: {sum(found.get(name) != of_others.get(name) for name in found)}; examples: {examples}")


if __name__ == "__main__":
    main()
