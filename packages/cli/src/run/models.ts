// The program of `ae models`.
import { OptionError } from '@ae/core'
import { suggest } from '@ae/core/internal'
import { type ModelRow, models } from '@ae/models/internal'
import { describedOptions, describeModel } from '../describe-model.ts'
import { inColumns, widthOf } from '../in-columns.ts'
import { defaultNetwork } from '../model-choices.ts'
import type { Output, Run } from '../verb.ts'

/** Prints the models, a line for each, or one with all its options; or as JSON. */
export const run: Run = async ({ name, json }, { stdout }) => {
  const described = name === undefined ? undefined : rowOf(String(name))
  if (json) {
    const data =
      described === undefined
        ? models.map(description)
        : { ...description(described), options: describedOptions(described) }
    stdout.write(`${JSON.stringify(data, null, 2)}\n`)
  } else stdout.write(described === undefined ? lines(stdout) : describeModel(described, widthOf(stdout)))
  return 0
}

function rowOf(name: string): ModelRow {
  const row = models.find((row) => row.name === name)
  if (row !== undefined) return row
  const names = models.map(({ name }) => name)
  throw new OptionError('`ae models` knows no model of this name.', {
    facts: { Expected: names.join(', '), Received: name },
    fix: suggest(name, names),
  })
}

function description({ factory, command, create: _create, small: _small, wraps: _wraps, ...row }: ModelRow): object {
  return {
    ...row,
    kind: factory.kind,
    network: defaultNetwork(row.name),
    figures: command.figures ?? ['mse', 'nats'],
  }
}

/** Not folded where stdout is no terminal, so that each model is a line. */
function lines(stdout: Output): string {
  const rows = models.map(({ name, summary, paper }) => [name, `${summary} (${paper})`] as const)
  return inColumns(rows, stdout.isTTY ? widthOf(stdout) : Infinity)
}
