#!/usr/bin/env bash
# The gradient of tf.cumsum along any axis but the last has its axes swapped, without an error if their lengths are equal.
#
# Version:  @tensorflow/tfjs 4.22.0
# Expected: column sums that run backwards: each weight and those below it, [[101, 1010], [100, 1000]].
# Seen:     the right sums, to which the permutation that moves the axis to the end is then applied. If the lengths of the
#           two axes differ, the engine throws instead.
# Output:
#> along axis 0: [[101,100],[1010,1000]]
#> along axis 1: [[11,10],[1100,1000]]
set -euo pipefail
output=$(sed -n 's/^#> //p' "$0")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --prefix . --silent --no-audit --no-fund --ignore-scripts \
  @tensorflow/tfjs@4.22.0

cat > program.cjs <<'END'
const tf = require('@tensorflow/tfjs')
const weights = tf.tensor2d([[1, 10], [100, 1000]])
for (const axis of [0, 1]) {
  const gradient = tf.grad((x) => tf.mul(tf.cumsum(x, axis), weights))(tf.ones([2, 2]))
  console.log(`along axis ${axis}: ${JSON.stringify(gradient.arraySync())}`)
}
END
node program.cjs | tee seen.txt
diff <(echo "$output") seen.txt
