import { describe, expect, test, vi } from 'vitest'
import { runSource } from '../../../../tooling/library/run-source.ts'
import type { CandidateReport, Diagnosis } from './diagnosis.ts'

/** The doctor of src/testing/made-up-doctor.ts, in a process of its own. */
function runDoctor(candidates: string, ...parameters: string[]) {
  vi.stubEnv('CANDIDATES', candidates)
  const args = ['doctor', '--seconds', '0.1', ...parameters]
  return runSource('src/testing/made-up-doctor.ts', { args, seconds: 300 })
}

describe('doctor survives every way in which a candidate can end', async () => {
  const candidates = 'works,absent,refused,crashes,throws,exits,crashesAtItsEnd'
  const ending = await runDoctor(candidates, '--json')
  const diagnosis = JSON.parse(ending.stdout) as Diagnosis
  const report = (name: string) => diagnosis.candidates.find((candidate) => candidate.name === name) as CandidateReport

  test('and prints one JSON object, with every candidate in its order', () => {
    expect(ending).toMatchObject({ code: 0, signal: null, stderr: '' })
    expect(diagnosis.candidates.map(({ name }) => name).join()).toBe(candidates)
    expect(diagnosis).toMatchObject({
      schema: 1,
      machine: { node: process.versions.node, platform: `${process.platform}-${process.arch}` },
      packages: { '@tensorflow/tfjs-core': '4.22.0', '@ae/models': expect.any(String) },
      working: ['works'],
      fastest: 'works',
    })
  })

  test('one that works is measured', () => {
    expect(report('works')).toEqual({
      name: 'works',
      status: 'works',
      device: 'JavaScript, 1 thread',
      reason: null,
      fix: null,
      log: null,
      packages: {
        '@tensorflow/tfjs-backend-wasm': '4.22.0',
        'made-up': null,
      },
      memory: { largestTensorBytes: null, processBytes: expect.toSatisfy((bytes) => bytes > 2 ** 25) },
      matmul: { size: 256, gigaflopsPerSecond: expect.toSatisfy((speed) => speed > 0) },
      vaeStep: { examplesPerSecond: expect.toSatisfy((speed) => speed > 0) },
      sampling: { imagesPerSecond: expect.toSatisfy((speed) => speed > 0) },
    })
  })

  test('one that does not work says why, and what to do', () => {
    const outcomes = diagnosis.candidates
      .filter(({ status }) => status !== 'works')
      .map(({ name, status, reason, fix }) => `${name}: ${status}, ${reason}${fix === null ? '' : ` (${fix})`}`)
    expect(outcomes).toMatchInlineSnapshot(`
      [
        "absent: refused, the package @made-up/backend is not installed (npm install @made-up/backend)",
        "refused: refused, there is no GPU in this machine (add one)",
        "crashes: crashed, SIGSEGV while starting (update its package and the driver; until then leave it out of selectBackend)",
        "throws: failed, RangeError: the driver gave; no queue",
        "exits: failed, its process ended with exit code 7 while starting",
        "crashesAtItsEnd: crashed, SIGSEGV while ending its process (update its package and the driver; until then leave it out of selectBackend)",
      ]
    `)
  })

  test('what its libraries complain of is kept', () => {
    expect(report('exits').log).toBe('libgpu: out of memory')
  })

  test('one that crashed keeps what was found before', () => {
    expect(report('crashes')).toMatchObject({ device: 'JavaScript', matmul: null, vaeStep: null })
    expect(report('crashesAtItsEnd')).toMatchObject({
      matmul: { size: 256 },
      vaeStep: { examplesPerSecond: expect.any(Number) },
    })
  })
})

test('doctor ends a candidate that hangs, and says where it hung', { timeout: 120_000 }, async () => {
  const { stdout, code } = await runDoctor('hangs', '--json', '--deadline', '6')
  expect(code).toBe(0)
  const { candidates, working } = JSON.parse(stdout) as Diagnosis
  expect(working).toEqual([])
  expect(candidates).toMatchObject([
    {
      status: 'hung',
      // A busy machine may not have come as far as the place where it hangs.
      reason: expect.stringMatching(/^still (starting Node|looking for its parts|starting) after 6 seconds$/),
      fix: 'give it longer with --deadline, or update its package and the driver',
    },
  ])
})

test('doctor prints a text for people unless JSON is asked for', { timeout: 120_000 }, async () => {
  const { stdout, code } = await runDoctor('absent')
  expect(code).toBe(0)
  expect(stdout.slice(stdout.indexOf('\n\n'))).toMatchInlineSnapshot(`
    "

    backend   state     matrix product   VAE step   memory
    absent    refused                -          -        -

    absent is refused
      Reason    the package @made-up/backend is not installed
      Fix       npm install @made-up/backend
      Packages  @tensorflow/tfjs-backend-wasm 4.22.0, made-up not installed

    Nothing works here.
    "
  `)
})

test('doctor refuses a time that is none', { timeout: 120_000 }, async () => {
  const { stderr, code } = await runDoctor('works', '--deadline', 'soon')
  expect(code).not.toBe(0)
  expect(stderr).toContain('`ae-node-gpu doctor` received a bad `deadline`.')
})
