#!/usr/bin/env bash
# Two concurrent calls of setBackend('wasm') start the module twice, and the first one reports a failure.
#
# Version:  @tensorflow/tfjs-backend-wasm 4.22.0
# Expected: the second call waits for the first; both return true.
# Seen:     two modules with a memory each; the first call returns false, as if wasm could not run here.
# Output:
#> answers: false, true
#> modules of WebAssembly that were made: 2
#> the backend: wasm
set -euo pipefail
output=$(sed -n 's/^#> //p' "$0")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --prefix . --silent --no-audit --no-fund --ignore-scripts \
  @tensorflow/tfjs-core@4.22.0 @tensorflow/tfjs-backend-wasm@4.22.0

cat > program.cjs <<'END'
const tf = require('@tensorflow/tfjs-core')
require('@tensorflow/tfjs-backend-wasm')
const { instantiate } = WebAssembly
let count = 0
WebAssembly.instantiate = (...parameters) => {
  count++
  return instantiate(...parameters)
}

Promise.all([tf.setBackend('wasm'), tf.setBackend('wasm')]).then((answers) => {
  console.log(`answers: ${answers.join(', ')}`)
  console.log(`modules of WebAssembly that were made: ${count}`)
  console.log(`the backend: ${tf.getBackend()}`)
})
END
node program.cjs | tee seen.txt
diff <(echo "$output") seen.txt
