#!/usr/bin/env bash
# After `worker.removeAllListeners()` a worker's messages never arrive, whatever listeners are added then.
#
# Version:  Node 20.20.2
# Expected: a listener that is added afterwards receives the next message, as with every other emitter.
# Seen:     Node reads a worker's messages only while it knows of a listener. It knows through listeners of its own on the same
#           object, which `removeAllListeners` removes too. `off` with each listener has no such effect.
# Output:
#> off: answer 1, answer 2
#> removeAllListeners: answer 1, nothing
set -euo pipefail
output=$(sed -n 's/^#> //p' "$0")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

cat > program.mjs <<'END'
import { Worker } from 'node:worker_threads'

const program = `require('node:worker_threads').parentPort.on('message', function (n) { this.postMessage('answer ' + n) })`
for (const how of ['off', 'removeAllListeners']) {
  const worker = new Worker(program, { eval: true })
  const ask = (n) =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, 3000, 'nothing')
      const hear = (answer) => {
        clearTimeout(timer)
        if (how === 'off') worker.off('message', hear)
        else worker.removeAllListeners()
        resolve(answer)
      }
      worker.on('message', hear)
      worker.postMessage(n)
    })
  console.log(`${how}: ${await ask(1)}, ${await ask(2)}`)
  worker.unref()
}
process.exit()
END
node program.mjs | tee seen.txt
diff <(echo "$output") seen.txt
