#!/usr/bin/env bash
# Of a run that was resumed, one reader of TensorBoard shows the repeated steps twice, and the other once.
#
# Version:  tensorboard 2.21.0, from PyPI.
# Expected: SessionLog.START at step 20 in the second event file drops what the first one has from step 20 on, whoever reads.
# Seen:     event_accumulator does that. plugin_event_accumulator, which the web server uses without its fast loader, takes the first
#           START that it meets for the beginning of the run, wherever it is, and drops nothing; with a START in the first file
#           too, both agree.
# Output:
#> START in the second file: event_accumulator [10, 20, 30], plugin_event_accumulator [10, 20, 20, 30]
#> START in both files: event_accumulator [10, 20, 30], plugin_event_accumulator [10, 20, 30]
set -euo pipefail
output=$(sed -n 's/^#> //p' "$0")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv >/dev/null
venv/bin/pip install --quiet tensorboard==2.21.0 'setuptools<81' >/dev/null 2>&1

cat >program.py <<'PYTHON'
import os
from tensorboard.backend.event_processing import event_accumulator, plugin_event_accumulator
from tensorboard.compat.proto.event_pb2 import Event, SessionLog
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.summary.writer.record_writer import RecordWriter


def write(path, steps, start):
    with open(path, "wb") as file:
        writer = RecordWriter(file)
        events = [Event(file_version="brain.Event:2")]
        if start:
            events.append(Event(step=steps[0], session_log=SessionLog(status=SessionLog.START)))
        events += [Event(step=n, summary=Summary(value=[Summary.Value(tag="loss", simple_value=n)])) for n in steps]
        for event in events:
            writer.write(event.SerializeToString())


for name, in_first in [("the second file", False), ("both files", True)]:
    os.makedirs(name)
    write(f"{name}/events.out.tfevents.1.a", [10, 20], in_first)
    write(f"{name}/events.out.tfevents.2.a", [20, 30], True)
    old = [event.step for event in event_accumulator.EventAccumulator(name).Reload().Scalars("loss")]
    new = [event.step for event in plugin_event_accumulator.EventAccumulator(name).Reload().Tensors("loss")]
    print(f"START in {name}: event_accumulator {old}, plugin_event_accumulator {new}")
PYTHON

venv/bin/python program.py 2>/dev/null | tee seen.txt
diff <(echo "$output") seen.txt
