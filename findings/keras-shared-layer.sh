#!/usr/bin/env bash
# Keras cannot load its own file of a model in which an encoder and a decoder share a layer.
#
# Version:  keras 3.15.1 with jax 0.10.2, from PyPI.
# Expected: load_model of what model.save("model.keras") wrote gives the model back.
# Seen:     a ValueError. The file has the shared layer once, under the first of the two models, as weights are meant to be; but
#           the loader visits the second one too, and counts a layer without weights there as a failure.
#           The outdated .h5 loads, and gives the same numbers.
# Output:
#> .keras: ValueError: A total of 1 objects could not be loaded. Example error message for object <Dense name=shared, built=True>:
#> .h5: loads, difference 0.0
set -euo pipefail
output=$(sed -n 's/^#> //p' "$0")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv >/dev/null
venv/bin/pip install --quiet keras==3.15.1 jax==0.10.2 h5py==3.16.0 >/dev/null 2>&1

cat >program.py <<'PYTHON'
import keras
import numpy as np

Dense = keras.layers.Dense
shared = Dense(4, name="shared")
x, z = keras.Input((4,)), keras.Input((4,))
encoder, decoder = keras.Model(x, Dense(4)(shared(x))), keras.Model(z, Dense(4)(shared(z)))
model = keras.Model(x, decoder(encoder(x)))
example = np.ones((1, 4), "f4")
for ending in [".keras", ".h5"]:
    model.save(f"model{ending}")
    try:
        again = keras.saving.load_model(f"model{ending}")
        print(f"{ending}: loads, difference {float(np.abs(np.asarray(again(example)) - np.asarray(model(example))).max())}")
    except ValueError as error:
        print(f"{ending}: ValueError: {str(error).splitlines()[0]}")
PYTHON

KERAS_BACKEND=jax venv/bin/python program.py 2>/dev/null | tee seen.txt
diff <(echo "$output") seen.txt
