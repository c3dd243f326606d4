#!/usr/bin/env node
// The `ae` command.
import { closeSync } from 'node:fs'
import { main } from './main.ts'

// Training goes on when the reader leaves (`ae train | head -1`) or the terminal hangs up: the output is then discarded.
let failed = 0
let isHungUp = false
for (const name of ['stdout', 'stderr'] as const) {
  process[name].on('error', (error: NodeJS.ErrnoException) => {
    isHungUp ||= error.code === 'EIO'
    if (error.code === 'EPIPE' || error.code === 'EIO' || failed !== 0) return
    failed = 1
    process.exitCode ||= failed
    process.stderr.write(`ae: cannot write to ${name}: ${error.message}\n`)
  })
}

// On exit Node restores the terminal modes of 0, 1 and 2, and aborts if the terminal has hung up, unless they are closed.
process.on('exit', (code) => {
  if (code !== 129 && !isHungUp) return
  for (const descriptor of [0, 1, 2]) closeSync(descriptor)
})

// No top-level `await`: this file is built as CommonJS too.
main(process.argv.slice(2)).then((code) => {
  process.exitCode = code || failed
})
