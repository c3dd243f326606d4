// `ae-node-gpu doctor`, and the hidden command `probe` that it runs for each candidate.
import { AutoencoderError } from '@ae/core'
import { assertOptions, positiveNumber } from '@ae/core/internal'
import { Command } from 'commander'
import { candidates as all, type Candidates } from './candidates.ts'
import { tellParent } from './child.ts'
import { diagnoseWith } from './diagnose.ts'
import { importIfInstalled } from './packages.ts'
import { type ProbeOptions, probe } from './probe.ts'
import { describeDiagnosis } from './report.ts'

/**
 * The subcommand.
 *
 * @param candidates the backends it tries
 */
export function doctorCommand(candidates: Candidates = all): Command {
  return new Command('doctor')
    .description('Try every backend on this machine: what works, what does not and why, and how fast each is.')
    .option('--json', 'print one JSON object', false)
    .option('--seconds <number>', 'how long each speed is measured', '1')
    .option('--deadline <seconds>', 'how long a backend may take before it counts as hung', '120')
    .addHelpText('after', details)
    .action(async ({ json, seconds, deadline }: Readonly<Record<string, string | boolean>>) => {
      const options = { seconds: Number(seconds), deadline: Number(deadline) }
      assertOptions('ae-node-gpu doctor', options, { seconds: positiveNumber, deadline: positiveNumber })
      const diagnosis = await diagnoseWith(candidates, process.argv[1] ?? '', options)
      process.stdout.write(json ? `${JSON.stringify(diagnosis, null, 2)}\n` : describeDiagnosis(diagnosis))
    })
}

/**
 * What `doctor` runs in a separate process; it writes its findings to the descriptor that its parent reads.
 *
 * @param candidates the backends it knows
 * @param models loads the model that it trains
 */
export function probeCommand(candidates: Candidates = all, models: ProbeOptions['models'] = ofThePackage): Command {
  return new Command('probe')
    .argument('<candidate>')
    .requiredOption('--seconds <number>')
    .action(async (name: string, { seconds }: { seconds: string }) => {
      const candidate = candidates[name]
      if (candidate === undefined) throw new AutoencoderError(`There is no candidate ${name}.`)
      await probe(candidate, { seconds: Number(seconds), models }, tellParent)
    })
}

const ofThePackage = () => importIfInstalled('@ae/models', () => import('@ae/models'))

const details = `
Each backend is tried in a process of its own: one that crashes or hangs is reported, and the others are still tried.
@ae/wasm is tried, and @ae/models trained, where they are installed: next to this package or in the working folder.`
