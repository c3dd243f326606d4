#!/usr/bin/env bash
# Importing @tensorflow/tfjs silently replaces every gradient that the program has registered.
#
# Version:  @tensorflow/tfjs-core 4.22.0, @tensorflow/tfjs 4.22.0
# Expected: a gradient of the program stays, or the second registration is an error, or at least a warning.
# Seen:     the last registration wins. tfjs-core, which has every optimiser, has no gradient by itself in Node, so a
#           program that registers its own loses them when any of its dependencies imports @tensorflow/tfjs. tfjs-core
#           warns only in debug mode.
# Output:
#> tfjs-core alone has a gradient of Square: false
#> the program's own is registered: true
#> after the import of @tensorflow/tfjs: false
#> warnings: 0
set -euo pipefail
output=$(sed -n 's/^#> //p' "$0")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --prefix . --silent --no-audit --no-fund --ignore-scripts \
  @tensorflow/tfjs-core@4.22.0 @tensorflow/tfjs@4.22.0

cat > program.cjs <<'END'
const { getGradient, registerGradient } = require('@tensorflow/tfjs-core')
let warnings = 0
console.warn = () => warnings++

console.log(`tfjs-core alone has a gradient of Square: ${getGradient('Square') !== undefined}`)
const gradFunc = (dy, [x]) => ({ x: () => dy.mul(x).mul(2) })
const isOurs = () => getGradient('Square').gradFunc === gradFunc
registerGradient({ kernelName: 'Square', inputsToSave: ['x'], gradFunc })
console.log(`the program's own is registered: ${isOurs()}`)
require('@tensorflow/tfjs')
console.log(`after the import of @tensorflow/tfjs: ${isOurs()}`)
console.log(`warnings: ${warnings}`)
END
node program.cjs | tee seen.txt
diff <(echo "$output") seen.txt
