#!/usr/bin/env bash
# Activating the wasm backend of TensorFlow.js takes over the handling of uncaught errors from the program.
#
# Version:  @tensorflow/tfjs-backend-wasm 4.22.0
# Expected: the process keeps the listeners it had before.
# Seen:     Emscripten's start-up script adds a listener to each of two events of the process, and both
#           rethrow the error. A program with its own handlers for these events ends nevertheless.
# Output:
#> before: 0 and 0
#> after: 1 and 1
#> the listener for uncaughtException throws: an error of the program
#> the listener for unhandledRejection throws: an error of the program
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
const events = ['uncaughtException', 'unhandledRejection']
const counts = () => events.map((event) => process.listenerCount(event)).join(' and ')

console.log(`before: ${counts()}`)
tf.setBackend('wasm').then(() => {
  console.log(`after: ${counts()}`)
  for (const event of events) {
    try {
      process.listeners(event)[0](new Error('an error of the program'))
    } catch ({ message }) {
      console.log(`the listener for ${event} throws: ${message}`)
    }
  }
})
END
node program.cjs | tee seen.txt
diff <(echo "$output") seen.txt
