// `node interrupted-run.node.cjs <folder>` trains with checkpoints there; without a folder the run is unbroken.
import { writeSync } from 'node:fs'
import { checkpointEvery, selectBackend } from '@ae/core'
import { wasm } from '@ae/wasm'
import { trainOn } from './interrupted-run.ts'

async function main([folder]: readonly string[]): Promise<void> {
  await selectBackend(wasm)
  await trainOn(folder === undefined ? undefined : checkpointEvery(folder, { steps: 7, keep: 3 }), (told) => {
    writeSync(1, `${JSON.stringify(told)}\n`) // not a stream: what was told before a kill is there
  })
}

main(process.argv.slice(2)).catch((error) => {
  console.error(error)
  process.exitCode = 1
})
