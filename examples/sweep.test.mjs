import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { main } from '@ae/cli'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { parseAllDocuments } from 'yaml'

const here = import.meta.dirname
const sweep = join(here, 'sweep')
const config = readFileSync(join(sweep, 'run.json'), 'utf8')
const points = readFileSync(join(sweep, 'points.txt'), 'utf8')
const lines = points.trim().split('\n')
const third = '--latent-size 2 --learning-rate 0.003 --seed 1'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ae-examples-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** Puts commands that only write down how they were called into the folder `bin`, and gives the environment that finds them. */
function standIns(/** @type {Record<string, string>} */ commands) {
  const bin = join(folder, 'bin')
  mkdirSync(bin)
  for (const [name, script] of Object.entries(commands)) {
    writeFileSync(join(bin, name), `#!/bin/sh\necho "${name} $*" >>"${folder}/calls"\n${script}\n`)
    chmodSync(join(bin, name), 0o755)
  }
  return { ...process.env, PATH: `${bin}:${process.env.PATH}` }
}

const calls = () => readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n')

test('every trial of the sweep is a run that `ae train` takes', async () => {
  const write = vi.spyOn(process.stderr, 'write').mockImplementation(() => true)
  vi.spyOn(process.stdout, 'write').mockImplementation(() => true)
  try {
    const small = ['--epochs', '0', '--limit', '64', '--out', folder, '--json']
    const flags = String(lines.at(-1)).split(' ')
    expect([await main(['train', '--config', join(sweep, 'run.json'), ...flags, ...small]), write.mock.calls]).toEqual([
      0,
      expect.anything(),
    ])
  } finally {
    vi.restoreAllMocks()
  }
})

describe('Kubernetes', () => {
  const documents = parseAllDocuments(readFileSync(join(here, 'kubernetes-sweep/sweep.yaml'), 'utf8'))
  const [claim, map, job] = documents.map((document) => document.toJS())

  test('the manifests are a claim, the files of the sweep and a job with an index for each of its lines', () => {
    expect(documents.flatMap(({ errors, warnings }) => [...errors, ...warnings])).toEqual([])
    expect([claim.kind, map.kind, job.kind]).toEqual(['PersistentVolumeClaim', 'ConfigMap', 'Job'])
    expect(map.data).toMatchObject({ 'run.json': config, 'points.txt': points })
    expect(job.spec).toMatchObject({ completionMode: 'Indexed', completions: lines.length })
    const { containers, volumes } = job.spec.template.spec
    expect(containers[0].volumeMounts.map(({ name }) => name).sort()).toEqual(volumes.map(({ name }) => name).sort())
    expect(volumes.map(({ configMap, persistentVolumeClaim: claim }) => configMap?.name ?? claim?.claimName)).toEqual([
      map.metadata.name,
      claim.metadata.name,
    ])
  })

  test('an index trains with the flags of its line and hands on the exit code', () => {
    const env = standIns({ ae: 'echo result; exit 143' })
    writeFileSync(join(folder, 'points.txt'), points)
    const script = map.data['trial.sh'].replaceAll('/config/', `${folder}/`).replaceAll('/sweep/', `${folder}/out/`)
    const { status } = spawnSync('sh', ['-c', script], { env: { ...env, JOB_COMPLETION_INDEX: '2' } })
    expect(status).toBe(143)
    expect(calls()).toEqual([
      `ae train --config ${folder}/run.json ${third} --out ${folder}/out/2 --checkpoint-every 60s --resume --json`,
    ])
    expect(readFileSync(join(folder, 'out/2/log.jsonl'), 'utf8')).toBe('result\n')
  })
})

describe('Slurm', () => {
  const script = join(here, 'slurm-sweep/sweep.sbatch')

  /** Runs a task of the array with commands that end with this code. */
  function task(/** @type {number} */ code) {
    const env = standIns({ srun: `echo result; exit ${code}`, scontrol: '' })
    const names = { SLURM_ARRAY_TASK_ID: '3', SLURM_ARRAY_JOB_ID: '17', SLURM_CPUS_PER_TASK: '2', AE: 'nice ae' }
    const parameters = [join(sweep, 'run.json'), join(sweep, 'points.txt'), join(folder, 'out')]
    return spawnSync('bash', [script, ...parameters], { env: { ...env, ...names }, encoding: 'utf8' })
  }

  test('a task trains with the flags of its line', () => {
    const { status, stderr } = task(0)
    expect([status, stderr]).toEqual([0, ''])
    expect(calls()).toEqual([
      `srun --ntasks=1 --cpus-per-task=2 nice ae train --config ${join(sweep, 'run.json')} ${third} --out ${folder}/out/3 --checkpoint-every 60s --resume --json`,
    ])
    expect(readFileSync(join(folder, 'out/3/log.jsonl'), 'utf8')).toBe('result\n')
  })

  test('a task that SIGTERM stopped is queued again, one that failed is not', () => {
    expect(task(143).status).toBe(143)
    expect(calls()[1]).toBe('scontrol requeue 17_3')
    rmSync(join(folder, 'bin'), { recursive: true })
    rmSync(join(folder, 'calls'))
    expect(task(1).status).toBe(1)
    expect(calls()).toHaveLength(1)
  })
})

test('best.mjs puts the lowest figure first, and takes the last result of a log with half a line in it', () => {
  const result = (/** @type {number} */ reconstruction) =>
    JSON.stringify({ event: 'end', test: { reconstruction, kl: 9 - 2 * reconstruction } })
  const logs = {
    1: `{"event":"epoch","epoch":1,"loss":{"total":9}}\n${result(3)}\n`,
    2: `${result(7)}\n{"event":"epo{"event":"epoch"}\n${result(2)}\n`,
    3: '{"event":"epoch","epoch":1,"loss":{"total":1}}\n',
  }
  for (const [name, text] of Object.entries(logs)) {
    mkdirSync(join(folder, name))
    writeFileSync(join(folder, name, 'log.jsonl'), text)
  }
  const best = (/** @type {string[]} */ ...figure) =>
    execFileSync(process.execPath, [join(sweep, 'best.mjs'), folder, ...figure], { encoding: 'utf8' })
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).trial)
  expect(best()).toEqual(['2', '1', '3'])
  expect(best('reconstruction', 'kl')).toEqual(['1', '2', '3'])
})

test('the programs in Python compile', ({ skip }) => {
  const check = 'import ast, sys; [ast.parse(open(path).read(), path) for path in sys.argv[1:]]'
  const files = ['ray-sweep', 'ray-encode'].flatMap((name) =>
    readdirSync(join(here, name))
      .filter((file) => file.endsWith('.py'))
      .map((file) => join(name, file)),
  )
  const { error, status, stderr } = spawnSync('python3', ['-c', check, ...files], { cwd: here, encoding: 'utf8' })
  skip(error !== undefined, 'skipped: the programs in Python, because there is no python3, enable with: install Python')
  expect([status, stderr]).toEqual([0, ''])
})
