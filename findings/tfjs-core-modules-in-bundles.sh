#!/usr/bin/env bash
# One function of tf.backend_util in a program brings all of that module into its bundle.
#
# Version:  @tensorflow/tfjs-core 4.22.0, esbuild 0.28.1
# Expected: tree shaking keeps only that function, as when it is imported from its own file.
# Seen:     tfjs-core exports backend_util as the namespace object of a module that re-exports others, and a bundler keeps
#           such an object whole. The same holds for tf.image and tf.util. Sizes are minified, minus that of the import
#           alone, which registers every optimiser and every way to store a model.
# Output:
#> one function of backend_util: 40.4 kB
#> the same function from its own file: 0.3 kB
set -euo pipefail
output=$(sed -n 's/^#> //p' "$0")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --prefix . --silent --no-audit --no-fund --ignore-scripts \
  @tensorflow/tfjs-core@4.22.0 esbuild@0.28.1

cat > program.cjs <<'END'
const { buildSync } = require('esbuild')
function size(contents) {
  const options = { bundle: true, minify: true, format: 'esm', platform: 'browser', write: false }
  return buildSync({ ...options, stdin: { contents, resolveDir: '.' } }).outputFiles[0].contents.length
}
const alone = size("import '@tensorflow/tfjs-core'")
const more = (contents) => `${((size(contents) - alone) / 1000).toFixed(1)} kB`
const name = "import { backend_util } from '@tensorflow/tfjs-core'; console.log(backend_util.getReshaped)"
console.log(`one function of backend_util: ${more(name)}`)
const file = "import { getReshaped } from '@tensorflow/tfjs-core/dist/ops/array_ops_util.js'; console.log(getReshaped)"
console.log(`the same function from its own file: ${more(`import '@tensorflow/tfjs-core'; ${file}`)}`)
END
node program.cjs | tee seen.txt
diff <(echo "$output") seen.txt
