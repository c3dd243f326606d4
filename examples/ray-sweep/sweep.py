"""A sweep of `ae train` on Ray Tune.

Each line of the file of points holds the flags of one trial. A trial is one `ae train` process on one of the cluster's machines:
its epochs are reported to Ray as they come, ASHA stops the trials that fall behind, and a trial whose machine is lost goes on from
its newest checkpoint on another one, with the same numbers to the bit.

    python sweep.py --config ../sweep/run.json --points ../sweep/points.txt --storage /mnt/shared/sweeps --name digits
"""

import argparse
import json
import math
import os
import shlex
import shutil
import subprocess
import tempfile
from pathlib import Path

import ray
from ray import tune
from ray.tune.schedulers import ASHAScheduler


def trial(config: dict) -> None:
    """Runs one `ae train`, from the checkpoint of a former attempt if there is one, and reports each epoch and the result."""
    with tempfile.TemporaryDirectory(prefix="run-", dir=".") as scratch:  # in the trial's own folder of Ray's session
        out = Path(scratch, "out").resolve()
        checkpoints = out / "checkpoints"
        former = tune.get_checkpoint()
        if former:
            former.to_directory(checkpoints)
        settings = out.with_name("run.json")
        settings.write_text(config["settings"])
        command = [*shlex.split(config["ae"]), "train", "--config", settings, *shlex.split(config["flags"])]
        command += ["--out", out, "--checkpoint-every", config["checkpoint_every"], "--resume", "--json"]
        has_new = False  # checkpoints since the last report
        with in_the_life_of_this_process(command) as process:
            for line in process.stdout:
                match json.loads(line):
                    case {"event": "checkpoint", "what": "written"}:
                        has_new = True
                    case {"event": "epoch", **epoch}:
                        report(figures_of(epoch), checkpoints if has_new else None)
                        has_new = False
                    case {"event": "end", **result}:
                        pass
        failure = f"{shlex.join(map(str, command))} ended with exit code {process.returncode}"
        if process.returncode == 2:  # wrong use, which another attempt would only repeat
            return tune.report({"epoch": 0, config["metric"]: math.nan, "failure": failure})
        if process.returncode != 0:
            raise RuntimeError(failure)
        epochs = json.loads((out / "history.json").read_text())["epochs"]  # those before an interruption too
        figures = {**figures_of(epochs[-1]), **named("test", result["test"]), "finished": True}
        shutil.rmtree(checkpoints)
        tune.report(figures, checkpoint=tune.Checkpoint.from_directory(out))  # the model, its history and its pictures


def figures_of(epoch: dict) -> dict:
    """What Ray sees of an epoch."""
    return {"epoch": epoch["epoch"], **named("train", epoch["loss"]), **named("validation", epoch.get("validation"))}


def named(part: str, figures: dict | None) -> dict:
    """The figures with names such as validation/total, as `ae train --monitor` has them."""
    return {f"{part}/{name}": value for name, value in (figures or {}).items()}


def in_the_life_of_this_process(command: list) -> subprocess.Popen:
    """Starts a process that is stopped (SIGTERM) when this one ends: by ASHA, or because Ray or the machine gave it up."""
    guarded = ["setpriv", "--pdeathsig", "TERM", "--", *map(str, command)]
    return subprocess.Popen(guarded, stdout=subprocess.PIPE, text=True)


def report(metrics: dict, checkpoints: Path | None) -> None:
    """Reports an epoch, with the folder of checkpoints if there is a new one. Links keep files that `ae train` removes meanwhile."""
    with tempfile.TemporaryDirectory(prefix="ae-checkpoint-", dir=checkpoints and checkpoints.parent) as scratch:
        copy = Path(scratch, "checkpoints")
        while checkpoints and not copy.exists():
            try:
                shutil.copytree(checkpoints, copy, copy_function=os.link)
            except shutil.Error:  # a file was removed between being listed and being linked
                shutil.rmtree(copy, ignore_errors=True)
        tune.report(metrics, checkpoint=tune.Checkpoint.from_directory(copy) if checkpoints else None)


def sweep(options: argparse.Namespace) -> tune.ResultGrid:
    """Runs the sweep, or goes on with one of the same name."""
    resources = tune.with_resources(trial, {"cpu": options.cpus})
    storage = options.storage if "://" in options.storage else os.path.abspath(options.storage)
    place = f"{storage}/{options.name}"
    if tune.Tuner.can_restore(place):
        tuner = tune.Tuner.restore(place, resources, resume_unfinished=True, resume_errored=True)
        return tuner.fit()
    lines = [line.strip() for line in Path(options.points).read_text().splitlines()]
    settings = Path(options.config).read_text()
    space = {
        "flags": tune.grid_search([line for line in lines if line and not line.startswith("#")]),
        "settings": settings,
        "checkpoint_every": options.checkpoint_every,
        "metric": options.metric,
        "ae": options.ae,
    }
    # By epoch, not by report: a trial that goes on from a checkpoint may report an epoch twice.
    # And never after the last epoch, when the process is about to write its model.
    last = max(options.grace, json.loads(settings).get("epochs", 5) - 1)
    asha = ASHAScheduler("epoch", max_t=last, grace_period=options.grace, reduction_factor=2, stop_last_trials=False)
    return tune.Tuner(
        resources,
        param_space=space,
        tune_config=tune.TuneConfig(
            metric=options.metric, mode="min", scheduler=asha, trial_dirname_creator=lambda trial: trial.trial_id
        ),
        run_config=tune.RunConfig(
            name=options.name,
            storage_path=storage,
            failure_config=tune.FailureConfig(max_failures=3),
            checkpoint_config=tune.CheckpointConfig(num_to_keep=1),
            verbose=1,
        ),
    ).fit()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--config", required=True, help="the settings of all trials, as `ae train --config` takes them; with absolute paths")
    parser.add_argument("--points", required=True, help="a file with the flags of one trial in each line")
    parser.add_argument("--storage", required=True, help="a folder that all machines see, or an address such as s3://bucket/sweeps")
    parser.add_argument("--name", default="sweep", help="a sweep of the same name that was interrupted goes on")
    parser.add_argument("--metric", default="validation/total", help="what is minimised: validation/total, train/kl and so on")
    parser.add_argument("--grace", type=int, default=1, help="epochs that every trial may train")
    parser.add_argument("--checkpoint-every", default="60s", help="as `ae train` takes it")
    parser.add_argument("--cpus", type=float, default=1, help="cores of one trial")
    parser.add_argument("--ae", default="ae", help="the command, on every machine")
    parser.add_argument("--address", default="local", help="of the cluster: auto for the one of this machine; a new one here by default")
    options = parser.parse_args()

    ray.init(address=options.address)
    results = sweep(options)
    trials = [{"flags": result.config["flags"], **figures_in(result), "error": failure(result)} for result in results]
    for each in sorted(trials, key=lambda each: (bool(each["error"]), each.get(options.metric, math.inf))):
        print(json.dumps({key: each.get(key) for key in ("flags", "epoch", options.metric, "finished", "error")}))
    if any(each.get("finished") for each in trials):
        best = results.get_best_result()
        print(json.dumps({"best": best.config["flags"], "files": best.checkpoint and best.checkpoint.path}))
    raise SystemExit(1 if any(each["error"] for each in trials) else 0)


def figures_in(result: tune.Result) -> dict:
    """The figures of a trial, without those that are not numbers, which JSON has no word for."""
    return {name: value for name, value in (result.metrics or {}).items() if value == value}


def failure(result: tune.Result) -> str | None:
    """Why a trial failed, in a line."""
    return str(result.error).strip().splitlines()[-1] if result.error else (result.metrics or {}).get("failure")


if __name__ == "__main__":
    main()
