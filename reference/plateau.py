"""Oracle of `reduceOnPlateau`: the rates of PyTorch's ReduceLROnPlateau. Its patience is one less than ours and Keras'."""
import json
from pathlib import Path

import torch

losses = [5, 4, 4, 4.5, 4.2, 3, 3.1, 3, 3.2, 3.05, 2.99, 2.5, 2.6, 2.7, 2.8, 2.9, 3, 3.1]
cases = [
    {"name": "patience 1", "factor": 0.1, "patience": 1, "minimumFactor": 0, "minimumImprovement": 0, "direction": "lower"},
    {"name": "patience 3", "factor": 0.5, "patience": 3, "minimumFactor": 0, "minimumImprovement": 0, "direction": "lower"},
    {"name": "a threshold", "factor": 0.5, "patience": 2, "minimumFactor": 0, "minimumImprovement": 0.3, "direction": "lower"},
    {"name": "a least rate", "factor": 0.3, "patience": 1, "minimumFactor": 0.05, "minimumImprovement": 0, "direction": "lower"},
    {"name": "higher is better", "factor": 0.5, "patience": 2, "minimumFactor": 0, "minimumImprovement": 0, "direction": "higher"},
]
for case in cases:
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    scheduler = torch.optim.lr_scheduler.ReduceLROnPlateau(
        optimizer,
        mode="min" if case["direction"] == "lower" else "max",
        factor=case["factor"],
        patience=case["patience"] - 1,
        threshold=case["minimumImprovement"],
        threshold_mode="abs",
        min_lr=case["minimumFactor"],
        eps=0,
    )
    case["losses"], case["rates"] = losses, []
    for loss in losses:
        scheduler.step(loss)
        case["rates"].append(optimizer.param_groups[0]["lr"])

path = Path(__file__).parent.parent / "packages/core/src/training/reduce-on-plateau.oracle.json"
path.write_text(json.dumps(cases, indent=2) + "\n")
