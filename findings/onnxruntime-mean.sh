#!/usr/bin/env bash
# ONNX Runtime adds the numbers of a sum one by one in float32: the mean of four million equal numbers is 4% off in its WebAssembly build.
#
# Version:  onnxruntime-web 1.30.0, onnxruntime-node 1.30.0
# Expected: the mean of 4,000,000 numbers that are all 0.1 is 0.1; PyTorch and NumPy add in pairs and give 0.1000.
# Seen:     0.0961 in the WebAssembly build, and more than 0.1003 in the native one; the sum of 20,000,000 ones in WebAssembly is
#           16,777,216, the first float32 to which adding 1 changes nothing. Means of rows, and then of those means, are right.
# Output:
#> onnxruntime-web: mean 0.0961, mean of the means of 2,000 rows 0.1000
#> onnxruntime-node: mean off by more than 0.0003 true, mean of the means of 2,000 rows 0.1000
#> onnxruntime-web: sum of 20,000,000 ones 16777216
set -euo pipefail
output=$(sed -n 's/^#> //p' "$0")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --prefix . --silent --no-audit --no-fund --ignore-scripts onnxruntime-node@1.30.0 onnxruntime-web@1.30.0

cat > program.mjs <<'END'
import * as native from 'onnxruntime-node'
import * as web from 'onnxruntime-web'
// Files of one node each, opset 17: y = ReduceMean(x), and y = ReduceSum(x), over all of x, float32 [n].
const files = {
  mean: 'CAg6RwojCgF4EgF5IgpSZWR1Y2VNZWFuKg8KCGtlZXBkaW1zGACgAQISAWdaEAoBeBILCgkIARIFCgMSAW5iCwoBeRIGCgQIARIAQgQKABAR',
  sum: 'CAg6RgoiCgF4EgF5IglSZWR1Y2VTdW0qDwoIa2VlcGRpbXMYAKABAhIBZ1oQCgF4EgsKCQgBEgUKAxIBbmILCgF5EgYKBAgBEgBCBAoAEBE=',
}
const run = async ({ InferenceSession, Tensor }, file, x) => {
  const session = await InferenceSession.create(Buffer.from(files[file], 'base64'))
  return (await session.run({ x: new Tensor('float32', x, [x.length]) })).y.data[0]
}
web.env.wasm.numThreads = 1
const values = new Float32Array(4e6).fill(0.1)
for (const [name, runtime] of Object.entries({ 'onnxruntime-web': web, 'onnxruntime-node': native })) {
  const mean = await run(runtime, 'mean', values)
  const rows = new Float32Array(2000)
  for (let row = 0; row < 2000; row++) rows[row] = await run(runtime, 'mean', values.subarray(row * 2000, (row + 1) * 2000))
  const seen = runtime === web ? mean.toFixed(4) : `off by more than 0.0003 ${Math.abs(mean - 0.1) > 0.0003}`
  console.log(`${name}: mean ${seen}, mean of the means of 2,000 rows ${(await run(runtime, 'mean', rows)).toFixed(4)}`)
}
console.log(`onnxruntime-web: sum of 20,000,000 ones ${await run(web, 'sum', new Float32Array(2e7).fill(1))}`)
END
node program.mjs | tee seen.txt
diff <(echo "$output") seen.txt
