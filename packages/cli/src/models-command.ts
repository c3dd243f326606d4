// `ae models`: what `ae train --model` takes.
import { models } from '@ae/models/internal'
import { Command } from 'commander'
import { defaultNetwork } from './model-choices.ts'

/** The subcommand. */
export function modelsCommand(): Command {
  return new Command('models')
    .description('List the models that `ae train --model` takes.')
    .option('--json', 'print one JSON array on stdout, with everything that is known of each model', false)
    .addHelpText('after', details)
    .action(({ json }: { readonly json: boolean }) => {
      process.stdout.write(json ? `${JSON.stringify(descriptions(), null, 2)}\n` : lines().join(''))
    })
}

const details = `
The JSON objects: name (of --model), title, summary, kind (the factory of @ae/models), usage, paper, objective, terms (of that
objective), trace (the type of a forward pass), isVariational (it samples from a prior), isLabelled (it needs labels),
isReplayed (the backend wasm replays its training steps), network (unless --network says), figures (what it is judged by).`

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
