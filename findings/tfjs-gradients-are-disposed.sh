#!/usr/bin/env bash
# TensorFlow.js disposes of the result of a custom gradient, even if it is a tensor of the program that tf.keep protects.
#
# Version:  @tensorflow/tfjs 4.22.0
# Expected: the constant that the gradient returns still belongs to the program, as tf.keep declares.
# Seen:     if an input is used twice its gradients are added, and each summand is disposed. If it is used once, the same
#           tensor stays, so the fault shows only in larger models.
# Output:
#> x used once: gradient 2, constant disposed: false
#> x used twice: gradient 4, constant disposed: true
set -euo pipefail
output=$(sed -n 's/^#> //p' "$0")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --prefix . --silent --no-audit --no-fund --ignore-scripts \
  @tensorflow/tfjs@4.22.0

cat > program.cjs <<'END'
const tf = require('@tensorflow/tfjs')
const constant = tf.keep(tf.scalar(2))
const double = tf.customGrad((x) => ({ value: tf.mul(x, constant), gradFunc: () => constant }))
function tell(times, f) {
  const [gradient] = tf.grad(f)(tf.scalar(3)).dataSync()
  console.log(`x used ${times}: gradient ${gradient}, constant disposed: ${constant.isDisposed}`)
}
tell('once', (x) => double(x))
tell('twice', (x) => tf.add(double(x), double(x)))
END
node program.cjs | tee seen.txt
diff <(echo "$output") seen.txt
