"""Runs the modules that pytorchModule of @ae/formats wrote: random weights and statistics, and what PyTorch computes with them.

Run: python3 reference/pytorch_modules.py          (torch 2.13.0)
For each packages/formats/fixtures/pytorch-modules/NAME.py it writes NAME.pt; outputs.json holds input, code and reconstruction of all.
"""

import json
import pathlib
import runpy

import torch

FOLDER = pathlib.Path(__file__).parent.parent / "packages" / "formats" / "fixtures" / "pytorch-modules"


def main() -> None:
    outputs = {}
    for path in sorted(FOLDER.glob("*.py")):
        torch.manual_seed(1)
        module = runpy.run_path(str(path))["Model"]()
        for name, tensor in module.state_dict().items():
            # Every statistic, scale and parameter its own value, none of them 0 or 1.
            if tensor.is_floating_point():
                tensor.copy_(torch.rand_like(tensor) * 0.9 + 0.3 if "var" in name or "usage" in name else torch.randn_like(tensor) * 0.5)
        module.eval()
        shape = [int(length) for length in path.read_text().split("Input: [batch, ")[1].split("]")[0].split(", ")]
        x = torch.rand(3, *shape)
        label = [torch.tensor([0, 2, 1])] if "label" in path.read_text() else []
        with torch.no_grad():
            code = module.encode(x, *label)
            code = code[0] if isinstance(code, tuple) else code
            outputs[path.stem] = {
                name: [round(value, 7) for value in tensor.flatten().tolist()]
                for name, tensor in [("x", x), ("code", code), ("reconstruction", module(x, *label))]
            }
        torch.save(module.state_dict(), FOLDER / f"{path.stem}.pt")
    (FOLDER / "outputs.json").write_text(json.dumps(outputs, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
