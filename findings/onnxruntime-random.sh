#!/usr/bin/env bash
# Random operators of ONNX Runtime without a seed draw the same numbers in every session of a process; with one, each build draws others.
#
# Version:  onnxruntime-web 1.30.0, onnxruntime-node 1.30.0
# Expected: RandomNormalLike without a seed, which the specification calls automatically generated, is independent from session to
#           session; with the seed 7 it gives the same numbers everywhere, and seeds that differ give different numbers.
# Seen:     two sessions without a seed draw the same numbers; a session with a seed goes on from run to run, and the two builds
#           draw different numbers for it; the seed is a float that is cut to an integer, so that 7 and 7.9 are one seed.
# Output:
#> onnxruntime-node: two sessions without a seed agree true, two runs of one agree false, seeds 7 and 7.9 agree true
#> onnxruntime-web: two sessions without a seed agree true, two runs of one agree false, seeds 7 and 7.9 agree true
#> seed 7 in onnxruntime-node and onnxruntime-web agrees false
set -euo pipefail
output=$(sed -n 's/^#> //p' "$0")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --prefix . --silent --no-audit --no-fund --ignore-scripts onnxruntime-node@1.30.0 onnxruntime-web@1.30.0

cat > program.mjs <<'END'
import * as native from 'onnxruntime-node'
import * as web from 'onnxruntime-web'
// Files of one node each, opset 17: y = RandomNormalLike(x), float32 [n], without a seed, and with the seeds 7 and 7.9.
const files = {
  none: 'CAg6QQoYCgF4EgF5IhBSYW5kb21Ob3JtYWxMaWtlEgFnWhAKAXgSCwoJCAESBQoDEgFuYhAKAXkSCwoJCAESBQoDEgFuQgQKABAR',
  seven: 'CAg6UQooCgF4EgF5IhBSYW5kb21Ob3JtYWxMaWtlKg4KBHNlZWQVAADgQKABARIBZ1oQCgF4EgsKCQgBEgUKAxIBbmIQCgF5EgsKCQgBEgUKAxIBbkIECgAQEQ==',
  more: 'CAg6UQooCgF4EgF5IhBSYW5kb21Ob3JtYWxMaWtlKg4KBHNlZWQVzcz8QKABARIBZ1oQCgF4EgsKCQgBEgUKAxIBbmIQCgF5EgsKCQgBEgUKAxIBbkIECgAQEQ==',
}
web.env.wasm.numThreads = 1
const first = {}
for (const [name, { InferenceSession, Tensor }] of Object.entries({ 'onnxruntime-node': native, 'onnxruntime-web': web })) {
  const open = (file) => InferenceSession.create(Buffer.from(files[file], 'base64'))
  const draw = async (session) => String((await session.run({ x: new Tensor('float32', new Float32Array(4), [4]) })).y.data)
  const [one, other, seven, more] = await Promise.all([open('none'), open('none'), open('seven'), open('more')])
  const draws = [await draw(one), await draw(other), await draw(one)]
  first[name] = await draw(seven)
  console.log(
    `${name}: two sessions without a seed agree ${draws[0] === draws[1]}, two runs of one agree ${draws[0] === draws[2]}, ` +
      `seeds 7 and 7.9 agree ${first[name] === (await draw(more))}`,
  )
}
console.log(`seed 7 in onnxruntime-node and onnxruntime-web agrees ${first['onnxruntime-node'] === first['onnxruntime-web']}`)
END
node program.mjs | tee seen.txt
diff <(echo "$output") seen.txt
