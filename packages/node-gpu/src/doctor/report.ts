// A diagnosis for people: one table, then a paragraph for each candidate; no line is wider than 100 columns.
import { assertMembers, lackOf, type Members, type OptionCheck } from '@ae/core/internal'
import type { CandidateReport, Diagnosis, Versions } from './diagnosis.ts'

/**
 * A diagnosis as text.
 *
 * @param diagnosis what was found
 * @returns lines of at most 100 columns, each ended
 * @throws {OptionError} when it is not a diagnosis
 */
export function describeDiagnosis(diagnosis: Diagnosis): string {
  assertMembers('describeDiagnosis', 'diagnosis', diagnosis, {
    expected: 'a diagnosis',
    members: { machine: isMachine, packages: 'object', candidates: isListOfReports, working: isListOfNames },
    fix: 'pass await diagnose(), or what ae-node-gpu doctor --json wrote',
  })
  const { machine, packages, candidates, working, fastest } = diagnosis
  const { node, platform, processor, threads, memoryBytes, nvidiaGpus } = machine
  return [
    ...fields({
      Node: `${node} on ${platform}`,
      Machine: `${processor}, ${threads} ${threads === 1 ? 'thread' : 'threads'}, ${bytes(memoryBytes)}`,
      GPU: nvidiaGpus
        .map(({ name, driver, memoryBytes: size }) => `${name}, ${bytes(size)}, driver ${driver}`)
        .join('; '),
      Packages: versions(packages),
    }),
    '',
    ...table(candidates),
    ...candidates.flatMap((candidate) => ['', ...paragraph(candidate)]),
    '',
    ...wrap(conclusion(working, fastest), width),
    ...(packages['@ae/models'] === null
      ? wrap('The VAE step was not measured: it needs @ae/models (npm install @ae/models).', width)
      : []),
  ]
    .map((line) => `${line.trimEnd()}\n`)
    .join('')
}

const width = 100

const isMachine: OptionCheck = (value) =>
  lackOf(value, {
    node: 'string',
    platform: 'string',
    processor: 'string',
    threads: 'number',
    memoryBytes: 'number',
    nvidiaGpus: (gpus) =>
      isListOf(gpus, { name: 'string', driver: 'string', memoryBytes: 'number' }) ? undefined : 'GPUs',
  }) === undefined
    ? undefined
    : 'what describes a machine'

const isListOfReports: OptionCheck = (value) =>
  isListOf(value, { name: 'string', status: 'string', packages: 'object', memory: 'object' })
    ? undefined
    : 'a list of reports'

const isListOfNames: OptionCheck = (value) =>
  Array.isArray(value) && Array.from(value).every((name) => typeof name === 'string') ? undefined : 'a list of names'

function isListOf(value: unknown, members: Members): boolean {
  return Array.isArray(value) && Array.from(value).every((item) => lackOf(item, members) === undefined)
}

function conclusion(working: readonly string[], fastest: string | null): string {
  if (working.length === 0) return 'Nothing works here.'
  const others = fastest !== null && fastest !== working[0] ? ` Of these, ${fastest} trains the VAE fastest.` : ''
  return `Works here: selectBackend(${working.join(', ')}).${others}`
}

function table(candidates: readonly CandidateReport[]): string[] {
  const rows = candidates.map(({ name, status, matmul, vaeStep, memory }) => [
    name,
    status,
    matmul ? `${figures(matmul.gigaflopsPerSecond)} GFLOP/s` : '-',
    vaeStep ? `${figures(vaeStep.examplesPerSecond)} examples/s` : '-',
    memory.processBytes === null ? '-' : bytes(memory.processBytes),
  ])
  const all = [['backend', 'state', 'matrix product', 'VAE step', 'memory'], ...rows]
  const widths = all[0]?.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0))) ?? []
  return all.map((row) =>
    row.map((cell, i) => (i < 2 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join('   '),
  )
}

function paragraph({ name, status, device, reason, fix, log, packages, memory, matmul }: CandidateReport): string[] {
  const { largestTensorBytes: largest } = memory
  return [
    `${name} ${status === 'refused' ? 'is refused' : status}`,
    ...fields({
      Device: device ?? '',
      Reason: reason ?? '',
      Fix: fix ?? '',
      Log: status === 'works' ? '' : (log ?? ''),
      Packages: versions(packages),
      Limits: largest === null ? '' : `a tensor of ${bytes(largest)}`,
      Measured: matmul ? `products of ${matmul.size} x ${matmul.size}` : '',
    }).map((line) => `  ${line}`),
  ]
}

/** Labels and texts, aligned; those without a text are left out, and long texts go on below themselves. */
function fields(texts: Readonly<Record<string, string>>): string[] {
  const indent = 10
  return Object.entries(texts)
    .filter(([, text]) => text !== '')
    .flatMap(([label, text]) =>
      wrap(text, width - indent - 2).map((line, i) => (i === 0 ? label : '').padEnd(indent) + line),
    )
}

function versions(packages: Versions): string {
  return Object.entries(packages)
    .map(([name, version]) => `${name} ${version ?? 'not installed'}`)
    .join(', ')
}

/** Breaks between words; a word that is too long is broken itself. */
function wrap(text: string, columns: number): string[] {
  return text.split('\n').flatMap((line) => wrapLine(line, columns))
}

function wrapLine(text: string, columns: number): string[] {
  const pieces = new RegExp(`.{1,${columns}}`, 'g')
  const lines: string[] = []
  for (const word of text.split(/\s+/).flatMap((word) => word.match(pieces) ?? [])) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= columns) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}

/** Three figures, with the thousands marked. */
function figures(value: number): string {
  return Number(value.toPrecision(3)).toLocaleString('en-US', { maximumFractionDigits: 3 })
}

function bytes(count: number): string {
  return count >= 2 ** 30 ? `${figures(count / 2 ** 30)} GiB` : `${figures(count / 2 ** 20)} MiB`
}
