#!/usr/bin/env bash
# A loss that throws leaks what was saved for the backward pass, even inside tf.tidy.
#
# Version:  @tensorflow/tfjs 4.22.0
# Expected: tf.tidy disposes of everything created inside it, however the function ends.
# Seen:     what operations save is marked to be kept until the backward pass. That pass never comes, and nothing refers
#           to these tensors any more.
# Output:
#> tensors: 2, 5, 8, 11
set -euo pipefail
output=$(sed -n 's/^#> //p' "$0")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --prefix . --silent --no-audit --no-fund --ignore-scripts \
  @tensorflow/tfjs@4.22.0

cat > program.cjs <<'END'
const tf = require('@tensorflow/tfjs')
const weight = tf.variable(tf.tensor1d([1, 2]))
const counts = [tf.memory().numTensors]
for (let i = 0; i < 3; i++) {
  try {
    tf.tidy(() =>
      tf.variableGrads(() => {
        tf.sum(tf.square(tf.exp(weight)))
        throw new Error('the loss says stop')
      }),
    )
  } catch {
    counts.push(tf.memory().numTensors)
  }
}
console.log(`tensors: ${counts.join(', ')}`)
END
node program.cjs | tee seen.txt
diff <(echo "$output") seen.txt
