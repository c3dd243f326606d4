#!/usr/bin/env bash
# On one backend of TensorFlow.js a tensor is the program's own array, on another a copy.
#
# Version:  @tensorflow/tfjs-core, -backend-cpu and -backend-wasm 4.22.0
# Expected: tensors are immutable, as the documentation says; a result of data() can be written to, or transferred to a worker.
# Seen:     on cpu tf.tensor keeps the array and data() returns that same array: writing to it changes the tensor, and
#           transferring it empties both the tensor and the program's array. On wasm both are copies.
# Output:
#> cpu: after the array was changed, the tensor is 9,2,3; after what was read was moved, 0 numbers, the array 0
#> wasm: after the array was changed, the tensor is 1,2,3; after what was read was moved, 3 numbers, the array 3
set -euo pipefail
output=$(sed -n 's/^#> //p' "$0")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --prefix . --silent --no-audit --no-fund --ignore-scripts \
  @tensorflow/tfjs-core@4.22.0 @tensorflow/tfjs-backend-cpu@4.22.0 @tensorflow/tfjs-backend-wasm@4.22.0

cat > program.cjs <<'END'
const tf = require('@tensorflow/tfjs-core')
require('@tensorflow/tfjs-backend-cpu')
require('@tensorflow/tfjs-backend-wasm')

async function tell(backend) {
  await tf.setBackend(backend)
  const array = Float32Array.of(1, 2, 3)
  const tensor = tf.tensor1d(array)
  array[0] = 9
  const changed = [...tensor.dataSync()]
  const read = await tensor.data()
  structuredClone(read, { transfer: [read.buffer] }) // as worker.postMessage moves it
  const left = `${tensor.dataSync().length} numbers, the array ${array.length}`
  console.log(`${backend}: after the array was changed, the tensor is ${changed}; after what was read was moved, ${left}`)
}
tell('cpu').then(() => tell('wasm'))
END
node program.cjs | tee seen.txt
diff <(echo "$output") seen.txt
