#!/usr/bin/env bash
# In TensorFlow.js the seed 0 is a valid seed for some functions and means unseeded for others.
#
# Version:  @tensorflow/tfjs-core 4.22.0
# Expected: 0 is an ordinary seed: the same numbers at each call.
# Seen:     every function that draws normal numbers, and tf.multinomial, treats 0 as "no seed" and uses Math.random.
# Output:
#> randomUniform: seed 0 repeats true, seed 1 repeats true
#> dropout: seed 0 repeats true, seed 1 repeats true
#> randomNormal: seed 0 repeats false, seed 1 repeats true
#> truncatedNormal: seed 0 repeats false, seed 1 repeats true
#> randomGamma: seed 0 repeats false, seed 1 repeats true
#> multinomial: seed 0 repeats false, seed 1 repeats true
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
const functions = {
  randomUniform: (seed) => tf.randomUniform([64], 0, 1, 'float32', seed),
  dropout: (seed) => tf.dropout(tf.ones([64]), 0.5, null, seed),
  randomNormal: (seed) => tf.randomNormal([64], 0, 1, 'float32', seed),
  truncatedNormal: (seed) => tf.truncatedNormal([64], 0, 1, 'float32', seed),
  randomGamma: (seed) => tf.randomGamma([64], 1, 1, 'float32', seed),
  multinomial: (seed) => tf.multinomial(tf.zeros([50]), 64, seed),
}
for (const [name, draw] of Object.entries(functions)) {
  const repeats = (seed) => String(draw(seed).dataSync()) === String(draw(seed).dataSync())
  console.log(`${name}: seed 0 repeats ${repeats(0)}, seed 1 repeats ${repeats(1)}`)
}
END
node program.cjs | tee seen.txt
diff <(echo "$output") seen.txt
