"""Checks the ONNX files of @ae/formats with onnx's own checker, and writes packages/formats/fixtures/onnx-checked.json.

    AE_ONNX_FOLDER=/tmp/onnx npx vitest run src/onnx/checked-files.test.ts      (in packages/formats; writes the files)
    python3 reference/onnx_check.py /tmp/onnx                                    (onnx 1.23.2, onnxruntime 1.32.0)

The record has the names and checksums of the files that passed. The test compares them with what is exported now: a file that was
not checked as it is now fails it.
"""

import json
import sys
from pathlib import Path

import onnx
import onnxruntime

RECORD = Path(__file__).parent.parent / "packages" / "formats" / "fixtures" / "onnx-checked.json"


def check(path: Path) -> None:
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    inferred = onnx.shape_inference.infer_shapes(model, check_type=True, strict_mode=True, data_prop=True)
    batches = [value.type.tensor_type.shape.dim[0].dim_param for value in [*inferred.graph.input, *inferred.graph.output]]
    assert set(batches) == {"batch"}, (path.name, batches)
    onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])


def main(folder: Path) -> None:
    checksums = json.loads((folder / "checksums.json").read_text())
    files = sorted(folder.glob("*.onnx"))
    for file in files:
        check(file)
    versions = {"onnx": onnx.__version__, "onnxruntime": onnxruntime.__version__}
    print(f"{len(files)} files of {len(checksums)} models passed")
    RECORD.write_text(json.dumps({**versions, "checked": checksums}, indent=2) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
