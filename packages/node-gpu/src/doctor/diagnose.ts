// The doctor: every candidate tried, each in a process of its own, for one may crash or hang.
import { assertOptions, positiveNumber } from '@ae/core/internal'
import { builtin } from '../tensorflow/builtin.ts'
import { requireFrom, thisModule } from '../tensorflow/installed-package.ts'
import { type Candidates, candidates } from './candidates.ts'
import { tryInChild } from './child.ts'
import type { CandidateReport, Diagnosis } from './diagnosis.ts'
import { describeMachine } from './machine.ts'
import { installedVersion } from './packages.ts'

/** Options of {@link diagnose}. */
export interface DiagnoseOptions {
  /** How long each speed is measured, in seconds, about; above 0. Defaults to 1. */
  readonly seconds?: number | undefined
  /** How long a candidate may take before it counts as hung, in seconds; above 0. Defaults to 120. */
  readonly deadline?: number | undefined
}

/**
 * Tries every backend that could compute in this Node, each in a process of its own, and measures those that work.
 * What happens to such a process - a crash, a hang, an error - is that backend's result.
 *
 * @param options how long
 * @returns what was found
 * @throws {OptionError} on an unknown option or one out of its range
 * @example
 * ```ts
 * const { working, fastest, candidates } = await diagnose()
 * ```
 */
export async function diagnose(options: DiagnoseOptions = {}): Promise<Diagnosis> {
  assertOptions('diagnose', options, { seconds: positiveNumber, deadline: positiveNumber })
  return await diagnoseWith(candidates, besideThisModule('bin.js'), options)
}

/**
 * {@link diagnose} of any candidates.
 *
 * @param candidates by name
 * @param program a file that Node can run and that knows the command `probe`
 * @param options how long
 */
export async function diagnoseWith(
  candidates: Candidates,
  program: string,
  { seconds = 1, deadline = 120 }: DiagnoseOptions,
): Promise<Diagnosis> {
  const reports: CandidateReport[] = []
  for (const [name, { packages }] of Object.entries(candidates)) {
    const versions = Object.entries(packages).map(([name, dependent]) => [name, installedVersion(name, dependent)])
    const parameters = [program, 'probe', name, '--seconds', String(seconds)]
    reports.push(await tryInChild(name, Object.fromEntries(versions), { parameters, deadline }))
  }
  const working = reports.filter(({ status }) => status === 'works')
  const speed = ({ vaeStep }: CandidateReport) => vaeStep?.examplesPerSecond ?? 0
  const fastest = [...working].sort((a, b) => speed(b) - speed(a))[0]
  return {
    schema: 1,
    machine: describeMachine(),
    packages: Object.fromEntries(shared.map((name) => [name, installedVersion(name)])),
    candidates: reports,
    working: working.map(({ name }) => name),
    fastest: fastest?.vaeStep ? fastest.name : null,
  }
}

const shared = ['@ae/node-gpu', '@ae/core', '@ae/models', '@tensorflow/tfjs-core']

/** A file of this package's build. */
function besideThisModule(name: string): string {
  const { dirname, join } = builtin('node:path')
  const manifest = requireFrom(thisModule()).resolve('@ae/node-gpu/package.json')
  return join(dirname(manifest), 'dist', name)
}
