#!/usr/bin/env node
// The `ae-node-gpu` command.
import { main } from './main.ts'

// No top-level `await`: this file is built as CommonJS too.
main(process.argv.slice(2)).then((code) => {
  process.exitCode = code
})
