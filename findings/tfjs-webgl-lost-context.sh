#!/usr/bin/env bash
# After a WebGL context is lost, TensorFlow.js continues to compute without an error, and every result is zero.
#
# Version:  @tensorflow/tfjs 4.22.0, in Chromium (seen in 156)
# Expected: an operation or a read throws.
# Seen:     1 + 1 = 0. Nothing throws, and the backend stays active: training ends with zeros.
# Output:
#> before: 1 + 1 = 2
#> after: 1 + 1 = 0 on the backend webgl
set -euo pipefail
chromium=$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)
[ -n "$chromium" ] || { echo 'skipped: needs a Chromium on the PATH'; exit 3; }
output=$(sed -n 's/^#> //p' "$0")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --prefix . --silent --no-audit --no-fund --ignore-scripts \
  @tensorflow/tfjs@4.22.0 playwright-core@1.65.1

cat > program.cjs <<'END'
const { chromium } = require('playwright-core')

async function tell() {
  const { tf } = globalThis
  if (!(await tf.setBackend('webgl'))) return undefined
  const sum = () => tf.add(tf.ones([1000]), 1).dataSync()[0]
  const before = `before: 1 + 1 = ${sum()}`
  tf.backend().gpgpu.gl.getExtension('WEBGL_lose_context').loseContext()
  await new Promise((resolve) => setTimeout(resolve, 200))
  return `${before}\nafter: 1 + 1 = ${sum()} on the backend ${tf.getBackend()}`
}

async function main() {
  const args = ['--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader']
  const browser = await chromium.launch({ executablePath: process.argv[2], args })
  const page = await browser.newPage()
  await page.addScriptTag({ path: require.resolve('@tensorflow/tfjs/dist/tf.min.js') })
  const text = await page.evaluate(tell)
  await browser.close()
  console.log(text ?? 'skipped: this Chromium has no WebGL')
  process.exitCode = text === undefined ? 3 : 0
}
main()
END
node program.cjs "$chromium" | tee seen.txt
diff <(echo "$output") seen.txt
