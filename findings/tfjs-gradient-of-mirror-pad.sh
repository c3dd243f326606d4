#!/usr/bin/env bash
# The gradient of tf.mirrorPad leaves out the mirror images.
#
# Version:  @tensorflow/tfjs 4.22.0
# Expected: how often each number occurs in the result: reflect turns [1, 2, 3] into [2, 1, 2, 3, 2], so [1, 3, 1];
#           symmetric turns it into [1, 1, 2, 3, 3], so [2, 1, 2].
# Seen:     ones: the gradient of a padding with zeros.
# Output:
#> reflect: 2,1,2,3,2, gradient of its sum 1,1,1
#> symmetric: 1,1,2,3,3, gradient of its sum 1,1,1
set -euo pipefail
output=$(sed -n 's/^#> //p' "$0")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --prefix . --silent --no-audit --no-fund --ignore-scripts \
  @tensorflow/tfjs@4.22.0

cat > program.cjs <<'END'
const tf = require('@tensorflow/tfjs')
const x = tf.tensor1d([1, 2, 3])
for (const mode of ['reflect', 'symmetric']) {
  const pad = (tensor) => tf.mirrorPad(tensor, [[1, 1]], mode)
  const gradient = tf.grad((tensor) => tf.sum(pad(tensor)))(x)
  console.log(`${mode}: ${pad(x).dataSync()}, gradient of its sum ${gradient.dataSync()}`)
}
END
node program.cjs | tee seen.txt
diff <(echo "$output") seen.txt
