#!/usr/bin/env bash
# Second derivatives in TensorFlow.js are silently wrong as soon as exp, sigmoid or tanh is one term of several. So are those
# of logSoftmax and of any tf.customGrad that saves what it has computed.
#
# Version:  @tensorflow/tfjs 4.22.0
# Expected: at x = 1, (x + 2) e^x = 8.1548 for x e^x, 2 + e^x = 4.7183 for x^2 + e^x, 12 x^2 = 12 for x^4, whose gradient
#           4 x (x^2) is given to customGrad with x and x^2 saved, and 2 - s (1 - s) = 1.8034 for x^2 + log(s), where
#           s = 1 / (1 + e^-x) is the first of softmax([x, 0]).
# Seen:     these operations save their output for the backward pass. The saved copy is on the tape before the operation
#           itself, so the path from it back to x is not found, and the contribution of that path is missing. Alone, such
#           an operation makes tf.grad throw, because no path is left.
# Output:
#> x e^x: 5.4366
#> x^2 + e^x: 2.0000
#> e^x: Cannot compute gradient of y=f(x) with respect to x.
#> x^4: 4.0000
#> x^2 + log(s): 2.0000
set -euo pipefail
output=$(sed -n 's/^#> //p' "$0")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --prefix . --silent --no-audit --no-fund --ignore-scripts \
  @tensorflow/tfjs@4.22.0

cat > program.cjs <<'END'
const tf = require('@tensorflow/tfjs')
const functions = {
  'x e^x': (x) => tf.mul(x, tf.exp(x)),
  'x^2 + e^x': (x) => tf.add(tf.square(x), tf.exp(x)),
  'e^x': (x) => tf.exp(x),
  'x^4': tf.customGrad((x, save) => {
    const squared = tf.square(x)
    save([x, squared])
    return { value: tf.square(squared), gradFunc: (dy, [x, squared]) => dy.mul(4).mul(x).mul(squared) }
  }),
  'x^2 + log(s)': (x) => tf.add(tf.square(x), tf.logSoftmax(tf.stack([x, tf.scalar(0)])).gather(0)),
}
for (const [name, f] of Object.entries(functions)) {
  try {
    const second = tf.grad((x) => tf.grad(f)(x))(tf.scalar(1))
    console.log(`${name}: ${second.dataSync()[0].toFixed(4)}`)
  } catch ({ message }) {
    console.log(`${name}: ${message.split('. ')[0]}.`)
  }
}
END
node program.cjs | tee seen.txt
diff <(echo "$output") seen.txt
