// The program of `ae models`.
import { models } from '@ae/models/internal'
import { defaultNetwork } from '../model-choices.ts'
import type { Run } from '../verb.ts'

/** Prints the models, a line for each or as JSON. */
export const run: Run = async ({ json }, { stdout }) => {
  stdout.write(json ? `${JSON.stringify(descriptions(), null, 2)}\n` : lines().join(''))
  return 0
}

function descriptions(): readonly object[] {
  return models.map(({ factory, command, create: _create, small: _small, wraps: _wraps, ...row }) => ({
    ...row,
    kind: factory.kind,
    network: defaultNetwork(row.name),
    figures: command.figures ?? ['mse', 'nats'],
  }))
}

function lines(): readonly string[] {
  const width = Math.max(...models.map(({ name }) => name.length))
  return models.map(({ name, summary, paper }) => `${name.padEnd(width)}  ${summary} (${paper})\n`)
}
