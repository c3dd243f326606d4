#!/usr/bin/env bash
# Two copies of tfjs-core in one process, even of different versions, act as one: they share engine, tensors and registries.
#
# Version:  @tensorflow/tfjs-core 4.22.0 and 4.20.0
# Expected: two of everything, as with other libraries: the copy without a backend cannot compute, and does not know the
#           other's tensors.
# Seen:     all of it is stored on globalThis, so a backend registered with one serves both and a tensor of one is an
#           instance of the other's class. The only sign of a second copy is a warning that does not name it.
# Output:
#> warning: Platform node has already been set. Overwriting the platform with node.
#> versions 4.22.0 and 4.20.0, one engine: true
#> a tensor of one is a tensor of the other: true
#> 1 + 2 = 3 by the copy that was given no backend
set -euo pipefail
output=$(sed -n 's/^#> //p' "$0")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --prefix . --silent --no-audit --no-fund --ignore-scripts \
  @tensorflow/tfjs-core@4.22.0 @tensorflow/tfjs-backend-cpu@4.22.0 \
  other@npm:@tensorflow/tfjs-core@4.20.0

cat > program.cjs <<'END'
console.warn = (text) => text.includes('Platform') && console.log(`warning: ${text}`)
const tf = require('@tensorflow/tfjs-core')
require('@tensorflow/tfjs-backend-cpu')
const other = require('other')

console.log(`versions ${tf.version_core} and ${other.version_core}, one engine: ${tf.engine() === other.engine()}`)
const one = tf.scalar(1)
console.log(`a tensor of one is a tensor of the other: ${one instanceof other.Tensor}`)
console.log(`1 + 2 = ${other.add(one, other.scalar(2)).dataSync()[0]} by the copy that was given no backend`)
END
node program.cjs | tee seen.txt
diff <(echo "$output") seen.txt
