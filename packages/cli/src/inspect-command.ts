// `ae inspect`: what a model's file holds.
import { file, http } from '@ae/core'
import { inspect } from '@ae/models'
import { Command } from 'commander'

/** The subcommand. */
export function inspectCommand(): Command {
  return new Command('inspect')
    .description('Print what a saved model or a checkpoint holds, from its header: kind, layers, notes.')
    .argument('<file>', 'a path, or an address that begins with http:// or https://')
    .option('--json', 'print one JSON object on stdout', false)
    .action(async (source: string, { json }: { readonly json: boolean }) => {
      const inspection = await inspect(/^https?:\/\//i.test(source) ? http(source) : file(source))
      process.stdout.write(`${json ? JSON.stringify(inspection, null, 2) : inspection}\n`)
    })
}
