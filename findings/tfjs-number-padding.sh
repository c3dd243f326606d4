#!/usr/bin/env bash
# With padding given as a number, TensorFlow.js computes the output width from the height of the window and the stride.
#
# Version:  @tensorflow/tfjs-core 4.22.0
# Expected: the same shapes as with the same padding written out for each side: pad 1 is [[0, 0], [1, 1], [1, 1], [0, 0]],
#           and pad 0 is 'valid'.
# Seen:     windows and strides that are not square give different widths on every backend, because the core computes them.
# Output:
#> image 5 x 5, filter 1 x 3, pad 1: 7 x 7; written out: 7 x 5
#> image 5 x 5, filter 3 x 1, pad 1: 5 x 5; written out: 5 x 7
#> image 5 x 5, filter 1 x 1, strides 1 and 2, pad 0: 5 x 5; valid: 5 x 3
set -euo pipefail
output=$(sed -n 's/^#> //p' "$0")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --prefix . --silent --no-audit --no-fund --ignore-scripts \
  @tensorflow/tfjs-core@4.22.0 @tensorflow/tfjs-backend-cpu@4.22.0

cat > program.cjs <<'END'
const tf = require('@tensorflow/tfjs-core')
require('@tensorflow/tfjs-backend-cpu')
const image = tf.ones([1, 5, 5, 1])
const around = [[0, 0], [1, 1], [1, 1], [0, 0]]
const size = (filter, strides, pad) => {
  const { shape } = tf.conv2d(image, tf.ones([...filter, 1, 1]), strides, pad)
  return `${shape[1]} x ${shape[2]}`
}
for (const filter of [[1, 3], [3, 1]]) {
  const [short, long] = [size(filter, 1, 1), size(filter, 1, around)]
  console.log(`image 5 x 5, filter ${filter.join(' x ')}, pad 1: ${short}; written out: ${long}`)
}
const [zero, valid] = [size([1, 1], [1, 2], 0), size([1, 1], [1, 2], 'valid')]
console.log(`image 5 x 5, filter 1 x 1, strides 1 and 2, pad 0: ${zero}; valid: ${valid}`)
END
node program.cjs | tee seen.txt
diff <(echo "$output") seen.txt
