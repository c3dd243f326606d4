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


def rows_of(storage: Path) -> list[list[dict]]:
    """What each trial has reported, from Ray's own records."""
    return [[json.loads(line) for line in path.read_text().splitlines()] for path in storage.glob("sweep/*/result.json")]


def losses(storage: Path) -> dict[tuple[str, int], float]:
    """The validation loss of each epoch of each trial. An epoch that was trained twice must have the same loss."""
    found: dict[tuple[str, int], float] = {}
    for row in (row for rows in rows_of(storage) for row in rows):
        key = (row["config"]["flags"], row["epoch"])
        assert found.setdefault(key, row["validation/total"]) == row["validation/total"], key
    return found


def processes_of(node) -> set[int]:
    """The processes that a node of Ray has started, on Linux."""
    parent = str(node.all_processes["raylet"][0].process.pid)
    stats = [path.read_text().rpartition(")")[2].split()[1] + " " + path.parent.name for path in Path("/proc").glob("[0-9]*/stat")]
    return {int(pid) for found, pid in map(str.split, stats) if found == parent}


def run(storage: Path, kills: bool) -> list[dict]:
    """One sweep on a cluster of its own; with `kills`, a worker is killed in the middle, when a trial on it has reported three epochs."""
    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 0})
    workers = [cluster.add_node(num_cpus=1) for _ in range(2)]
    command = [sys.executable, Path(__file__).with_name("sweep.py"), "--storage", storage, "--address", cluster.address]
    start = time.monotonic()
    with open(storage / "log", "w") as log, subprocess.Popen([*command, *sys.argv[1:]], stdout=subprocess.PIPE, stderr=log, text=True) as process:
        while kills and process.poll() is None:
            there = processes_of(workers[1])
            begun = [rows for rows in rows_of(storage) if rows]
            trials = [rows for rows in begun if rows[-1]["pid"] in there and len(rows) == 3]
            if trials and len(begun) >= 5:
                cluster.remove_node(workers[1], allow_graceful=False)
                flags = trials[0][0]["config"]["flags"]
                print(f"killed a worker after {time.monotonic() - start:.0f} s, after epoch 3 of {flags}")
                break
            time.sleep(0.02)
        lines = process.stdout.read().splitlines()
    cluster.shutdown()
    print(f"{'broken' if kills else 'unbroken'}: exit code {process.returncode} after {time.monotonic() - start:.0f} s")
    for rows in rows_of(storage):
        if len({row["pid"] for row in rows}) > 1:
            attempts = [[row["epoch"] for row in rows if row["pid"] == pid] for pid in dict.fromkeys(row["pid"] for row in rows)]
            print(f"epochs of the attempts of {rows[0]['config']['flags']}: {attempts}")
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
    ends = {trial["flags"]: trial["validation/total"] for trial in trials if trial["finished"]}
    both = [other for other in others if other["finished"] and other["flags"] in ends]
    shared = unbroken.keys() & broken.keys()
    print(f"trials: {len(trials)} and {len(others)}; failed: {sum(bool(trial['error']) for trial in trials + others)}")
    print(f"epochs that both trained: {len(shared)}; with other losses: {sum(unbroken[key] != broken[key] for key in shared)}")
    print(f"trials that both finished: {len(both)}; with other final losses: {sum(ends[o['flags']] != o['validation/total'] for o in both)}")
    print(f"best: {best} and {best_of_others}")
    for trial in trials:
        print(json.dumps(trial))
    for trial in others:
        print(json.dumps(trial))


if __name__ == "__main__":
    main()
