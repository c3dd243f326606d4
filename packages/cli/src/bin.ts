#!/usr/bin/env node
// The `ae` command.
import { main } from './main.ts'

// A reader that leaves (`ae train | head -1`) or a terminal that hangs up stops no training: what is written goes nowhere.
let failed = 0
for (const [name, stream] of [
  ['stdout', process.stdout],
  ['stderr', process.stderr],
] as const) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE' || error.code === 'EIO' || failed !== 0) return
    failed = 1
    process.exitCode ||= failed
    process.stderr.write(`ae: cannot write to ${name}: ${error.message}\n`)
  })
}

// No top-level `await`: this file is built as CommonJS too.
main(process.argv.slice(2)).then((code) => {
  process.exitCode = code || failed
})
