import { getBackend, memory } from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { candidates } from './candidates.ts'
import { type Finding, probe } from './probe.ts'

const models = () => import('@ae/models')

async function findingsOf(name: string): Promise<Finding[]> {
  const findings: Finding[] = []
  const candidate = candidates[name]
  if (candidate === undefined) throw new Error(`no candidate ${name}`)
  await probe(candidate, { seconds: 0.1, models }, (finding) => findings.push(finding))
  return findings
}

const device = expect.stringMatching(/^WebAssembly SIMD, \d+ threads?$/)
const positive = expect.toSatisfy((value) => value > 0)

test('wasm works: found, started, measured, in this order', async () => {
  const findings = await findingsOf('wasm')
  expect(findings).toEqual([
    { doing: 'looking for its parts' },
    { device, doing: 'starting' },
    { device, memory: expect.anything(), doing: 'multiplying matrices' },
    { matmul: { size: positive, gigaflopsPerSecond: positive }, memory: expect.anything(), doing: 'training a VAE' },
    { vaeStep: { examplesPerSecond: positive }, doing: 'sampling' },
    { sampling: { imagesPerSecond: positive } },
    { status: 'works', memory: { largestTensorBytes: null, processBytes: positive }, doing: 'ending its process' },
  ])
  expect(getBackend()).toBe('wasm')
  expect(memory().numTensors).toBe(0)
})

test('webgpu works where there is an adapter, and is refused elsewhere', { timeout: 240_000 }, async () => {
  const availability = await (await import('../webgpu.ts')).webgpu.isAvailable()
  const found: Finding = Object.assign({}, ...(await findingsOf('webgpu')))
  if (availability.ok) {
    expect(found).toMatchObject({
      status: 'works',
      device: availability.device,
      memory: { largestTensorBytes: expect.toSatisfy((bytes) => bytes >= 2 ** 27), processBytes: positive },
      matmul: { gigaflopsPerSecond: positive },
      vaeStep: { examplesPerSecond: positive },
    })
  } else expect(found).toMatchObject({ status: 'refused', reason: availability.reason, fix: availability.fix })
})

test('without @ae/models everything but the VAE step is measured', async () => {
  const findings: Finding[] = []
  const { wasm } = candidates
  if (wasm === undefined) throw new Error('no candidate wasm')
  await probe(wasm, { seconds: 0.01, models: async () => undefined }, (finding) => findings.push(finding))
  const found = Object.assign({}, ...findings)
  expect(found).toMatchObject({ status: 'works', matmul: { gigaflopsPerSecond: positive } })
  expect(found).not.toHaveProperty('vaeStep')
})

test('a backend that multiplies wrongly has failed', async () => {
  const { wasm } = candidates
  if (wasm === undefined) throw new Error('no candidate wasm')
  const { registerKernel, unregisterKernel, getKernel } = await import('@tensorflow/tfjs-core')
  const right = getKernel('BatchMatMul', 'wasm')
  unregisterKernel('BatchMatMul', 'wasm')
  registerKernel({
    ...right,
    kernelName: 'BatchMatMul',
    backendName: 'wasm',
    kernelFunc: ({ inputs }) => inputs.a as never,
  })
  const found: Finding = Object.assign({}, ...(await findingsOf('wasm')))
  expect(found).toMatchObject({
    status: 'failed',
    reason: 'Error: a product of matrices of ones [256, 256] holds 1',
  })
})
