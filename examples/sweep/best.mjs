#!/usr/bin/env node
// Prints the results of a sweep, the best first: node best.mjs FOLDER [FIGURE], where FOLDER/*/log.jsonl holds what `ae train --json`
// printed, and FIGURE is one of the figures of its `test`, by default the first.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const [folder = '.', figure] = process.argv.slice(2)

/** The last result in a log; a process that was killed may have left half a line. */
function resultOf(path) {
  const lines = readFileSync(path, 'utf8').split('\n').filter(Boolean)
  const events = lines.flatMap((line) => {
    try {
      return [JSON.parse(line)]
    } catch {
      return []
    }
  })
  return events.findLast(({ event, interrupted }) => event === undefined && !interrupted)
}

const trials = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => {
    try {
      const result = resultOf(join(folder, name, 'log.jsonl'))
      return { trial: name, value: result?.test?.[figure ?? Object.keys(result.test)[0]], test: result?.test }
    } catch (error) {
      return { trial: name, missing: error.code ?? error.message }
    }
  })
trials.sort((a, b) => (a.value ?? Number.POSITIVE_INFINITY) - (b.value ?? Number.POSITIVE_INFINITY))
for (const trial of trials) console.log(JSON.stringify(trial))
