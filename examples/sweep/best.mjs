#!/usr/bin/env node
// Prints the results of a sweep, the best first: node best.mjs FOLDER [FIGURE ...], where FOLDER/*/log.jsonl holds what
// `ae train --json` printed. What counts is the sum of the figures, which are those of its `test`; by default the first one.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const [folder = '.', ...figures] = process.argv.slice(2)

/** The figures of the last result in a log; a process that was killed may have left half a line. */
function testOf(path) {
  const lines = readFileSync(path, 'utf8').split('\n').filter(Boolean)
  const events = lines.flatMap((line) => {
    try {
      return [JSON.parse(line)]
    } catch {
      return []
    }
  })
  return events.findLast(({ event, interrupted, test }) => event === 'end' && !interrupted && test)?.test
}

const trials = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => {
    try {
      const test = testOf(join(folder, name, 'log.jsonl'))
      if (test === undefined) return { trial: name, missing: 'no result' }
      const counted = figures.length > 0 ? figures : Object.keys(test).slice(0, 1)
      return { trial: name, value: counted.reduce((sum, figure) => sum + test[figure], 0), test }
    } catch (error) {
      return { trial: name, missing: error.code ?? error.message }
    }
  })
trials.sort((a, b) => (a.value ?? Number.POSITIVE_INFINITY) - (b.value ?? Number.POSITIVE_INFINITY))
for (const trial of trials) console.log(JSON.stringify(trial))
