#!/usr/bin/env bash
# Four operations of TensorFlow.js broadcast their inputs, and their gradients refuse to.
#
# Version:  @tensorflow/tfjs 4.22.0
# Expected: the gradient of the smaller input is summed over the axes that were broadcast, as for add, sub, mul and div.
# Seen:     it keeps the shape of the result, and the engine throws.
# Output:
#> maximum: The gradient of input 'b' has shape '2,2', which does not match the shape of the input '2'
#> minimum: The gradient of input 'b' has shape '2,2', which does not match the shape of the input '2'
#> squaredDifference: The gradient of input 'b' has shape '2,2', which does not match the shape of the input '2'
#> matMul: The gradient of input 'b' has shape '3,2,2', which does not match the shape of the input '2,2'
#> add: shapes 2,2 and 2
set -euo pipefail
output=$(sed -n 's/^#> //p' "$0")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --prefix . --silent --no-audit --no-fund --ignore-scripts \
  @tensorflow/tfjs@4.22.0

cat > program.cjs <<'END'
const tf = require('@tensorflow/tfjs')
const [matrix, row, matrices] = [tf.ones([2, 2]), tf.ones([2]), tf.ones([3, 2, 2])]

function tell(name, inputs) {
  try {
    const gradients = tf.grads((a, b) => tf[name](a, b))(inputs)
    console.log(`${name}: shapes ${gradients.map(({ shape }) => shape).join(' and ')}`)
  } catch ({ message }) {
    console.log(`${name}: ${message.slice(message.indexOf('The gradient'))}`)
  }
}

for (const name of ['maximum', 'minimum', 'squaredDifference']) tell(name, [matrix, row])
tell('matMul', [matrices, matrix])
tell('add', [matrix, row])
END
node program.cjs | tee seen.txt
diff <(echo "$output") seen.txt
