"""Runs the sweep twice on a local cluster of two workers with a core each, kills one in the middle of the second, and compares.

    python worker_dies.py --config ../sweep/run.json --points ../sweep/points.txt
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from ray.cluster_utils import Cluster


def losses(storage: Path) -> dict[tuple[str, int], float]:
    """The loss of each epoch of each trial, from Ray's own records. An epoch that was trained twice must have the same loss."""
    found: dict[tuple[str, int], float] = {}
    for path in storage.glob("sweep/*/result.json"):
        for line in path.read_text().splitlines():
            row = json.loads(line)
            key = (row["config"]["flags"], row["epoch"])
            assert found.setdefault(key, row["total"]) == row["total"], key
    return found


def reports(storage: Path) -> list[int]:
    """How many epochs each unfinished trial has reported."""
    rows = [path.read_text().splitlines() for path in storage.glob("sweep/*/result.json")]
    return [len(lines) for lines in rows if lines and not json.loads(lines[-1]).get("finished")]


def run(storage: Path, kills: bool) -> list[dict]:
    """One sweep on a cluster of its own; with `kills`, a worker is killed when a trial on each has reported two epochs."""
    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 0})
    workers = [cluster.add_node(num_cpus=1) for _ in range(2)]
    command = [sys.executable, Path(__file__).with_name("sweep.py"), "--storage", storage, "--address", cluster.address]
    start = time.monotonic()
    with open(storage / "log", "w") as log, subprocess.Popen([*command, *sys.argv[1:]], stdout=subprocess.PIPE, stderr=log, text=True) as process:
        if kills:
            while process.poll() is None and sum(count >= 2 for count in reports(storage)) < 2:
                time.sleep(0.05)
            cluster.remove_node(workers[1], allow_graceful=False)
            print(f"killed a worker after {time.monotonic() - start:.0f} s; epochs of unfinished trials: {reports(storage)}")
        lines = process.stdout.read().splitlines()
    cluster.shutdown()
    print(f"{'broken' if kills else 'unbroken'}: exit code {process.returncode} after {time.monotonic() - start:.0f} s")
    return [json.loads(line) for line in lines if line.startswith("{")]


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="ae-sweep-") as folder:
        found = []
        for kills in (False, True):
            storage = Path(folder, "broken" if kills else "unbroken")
            storage.mkdir()
            *trials, best = run(storage, kills)
            found.append((trials, best["best"], losses(storage)))
    (trials, best, unbroken), (others, best_of_others, broken) = found
    ends = {trial["flags"]: trial["total"] for trial in trials if trial["finished"]}
    both = [other for other in others if other["finished"] and other["flags"] in ends]
    shared = unbroken.keys() & broken.keys()
    print(f"trials: {len(trials)} and {len(others)}; failed: {sum(bool(trial['error']) for trial in trials + others)}")
    print(f"epochs that both trained: {len(shared)}; with other losses: {sum(unbroken[key] != broken[key] for key in shared)}")
    print(f"trials that both finished: {len(both)}; with other final losses: {sum(ends[o['flags']] != o['total'] for o in both)}")
    print(f"best: {best} and {best_of_others}")
    for trial in trials:
        print(json.dumps(trial))
    for trial in others:
        print(json.dumps(trial))


if __name__ == "__main__":
    main()
