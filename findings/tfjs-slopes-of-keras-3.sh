#!/usr/bin/env bash
# TensorFlow.js loads LeakyReLU and ReLU of Keras 3 without an error and without their slopes.
#
# Version:  @tensorflow/tfjs-layers 4.22.0
# Expected: a layers model with the options that Keras 3 writes, negative_slope, has that slope or is refused.
# Seen:     the option is called alpha in Keras 2 and TensorFlow.js, which ignores names that it does not know: LeakyReLU has its
#           default slope of 0.3, and ReLU none.
# Output:
#> LeakyReLU, alpha 0.1: -1 -> -0.100
#> LeakyReLU, negative_slope 0.1: -1 -> -0.300
#> ReLU, negative_slope 0.1: -1 -> 0.000
set -euo pipefail
output=$(sed -n 's/^#> //p' "$0")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --prefix . --silent --no-audit --no-fund --ignore-scripts \
  @tensorflow/tfjs-core@4.22.0 @tensorflow/tfjs-backend-cpu@4.22.0 @tensorflow/tfjs-layers@4.22.0

cat > program.cjs <<'END'
const tf = require('@tensorflow/tfjs-core')
require('@tensorflow/tfjs-backend-cpu')
const { loadLayersModel } = require('@tensorflow/tfjs-layers')
const input = { class_name: 'InputLayer', config: { name: 'x', batch_input_shape: [null, 1], dtype: 'float32' } }
const load = (class_name, option) => {
  const layers = [input, { class_name, config: { name: 'layer', [option]: 0.1 } }]
  const modelTopology = { class_name: 'Sequential', config: { name: 'model', layers } }
  return loadLayersModel(tf.io.fromMemory({ modelTopology, weightSpecs: [], weightData: new ArrayBuffer(0) }))
}
const print = async (class_name, option) => {
  const model = await load(class_name, option)
  const [y] = model.predict(tf.tensor2d([[-1]])).dataSync()
  console.log(`${class_name}, ${option} 0.1: -1 -> ${(y + 0).toFixed(3)}`)
}
print('LeakyReLU', 'alpha')
  .then(() => print('LeakyReLU', 'negative_slope'))
  .then(() => print('ReLU', 'negative_slope'))
END
node program.cjs | tee seen.txt
diff <(echo "$output") seen.txt
