import { expect, test } from 'vitest'
import type { CandidateReport, Diagnosis } from './diagnosis.ts'
import { describeDiagnosis } from './report.ts'

const nothing = {
  device: null,
  reason: null,
  fix: null,
  matmul: null,
  vaeStep: null,
  sampling: null,
  log: null,
} as const
const noMemory = { largestTensorBytes: null, processBytes: null }

const candidates: CandidateReport[] = [
  {
    ...nothing,
    name: 'cuda',
    status: 'refused',
    reason: 'the package @tensorflow/tfjs-node-gpu is not installed',
    fix: "npm install --ignore-scripts @tensorflow/tfjs-node-gpu@4.22.0, then npx ae-node-gpu link --package tfjs-node-gpu --libtensorflow <site-packages>/tensorflow (pip install 'tensorflow[and-cuda]==2.21.0')",
    packages: { '@tensorflow/tfjs-node-gpu': null },
    memory: noMemory,
  },
  {
    ...nothing,
    name: 'native',
    status: 'crashed',
    device: 'libtensorflow 2.21.0, 16 threads',
    reason: 'SIGILL while multiplying matrices',
    fix: 'update its package and the driver; until then leave it out of selectBackend',
    log: 'This TensorFlow binary is optimized to use available CPU instructions.\nIllegal instruction',
    packages: { '@tensorflow/tfjs-node': '4.22.0' },
    memory: { largestTensorBytes: null, processBytes: 300 * 2 ** 20 },
  },
  {
    ...nothing,
    name: 'webgpu',
    status: 'works',
    device: 'nvidia h200 (NVIDIA: 580.95.05)',
    packages: { webgpu: '0.6.2', '@tensorflow/tfjs-backend-webgpu': '4.22.0' },
    memory: { largestTensorBytes: 4 * 2 ** 30 - 4, processBytes: 1.25 * 2 ** 30 },
    matmul: { size: 4096, gigaflopsPerSecond: 12_345.6 },
    vaeStep: { examplesPerSecond: 98_765.4 },
  },
  {
    ...nothing,
    name: 'wasm',
    status: 'works',
    device: 'WebAssembly SIMD, 1 thread',
    log: 'what it wrote is of no interest',
    packages: { '@ae/wasm': '0.1.0', '@tensorflow/tfjs-backend-wasm': '4.22.0' },
    memory: { largestTensorBytes: null, processBytes: 120 * 2 ** 20 },
    matmul: { size: 512, gigaflopsPerSecond: 16.54 },
    vaeStep: { examplesPerSecond: 3271 },
  },
]

const diagnosis: Diagnosis = {
  schema: 1,
  machine: {
    node: '24.21.0',
    platform: 'linux-x64',
    processor: 'AMD EPYC 9354 32-Core Processor',
    threads: 16,
    memoryBytes: 128 * 2 ** 30,
    nvidiaGpus: [{ name: 'NVIDIA H200', driver: '580.95.05', memoryBytes: 143_771 * 2 ** 20 }],
  },
  packages: { '@ae/node-gpu': '0.1.0', '@ae/models': '0.1.0', '@tensorflow/tfjs-core': '4.22.0' },
  candidates,
  working: ['webgpu', 'wasm'],
  fastest: 'webgpu',
}

test('a diagnosis as text: one table, then a paragraph a candidate', () => {
  expect(describeDiagnosis(diagnosis)).toMatchInlineSnapshot(`
    "Node      24.21.0 on linux-x64
    Machine   AMD EPYC 9354 32-Core Processor, 16 threads, 128 GiB
    GPU       NVIDIA H200, 140 GiB, driver 580.95.05
    Packages  @ae/node-gpu 0.1.0, @ae/models 0.1.0, @tensorflow/tfjs-core 4.22.0

    backend   state     matrix product            VAE step     memory
    cuda      refused                -                   -          -
    native    crashed                -                   -    300 MiB
    webgpu    works     12,300 GFLOP/s   98,800 examples/s   1.25 GiB
    wasm      works       16.5 GFLOP/s    3,270 examples/s    120 MiB

    cuda is refused
      Reason    the package @tensorflow/tfjs-node-gpu is not installed
      Fix       npm install --ignore-scripts @tensorflow/tfjs-node-gpu@4.22.0, then npx ae-node-gpu link
                --package tfjs-node-gpu --libtensorflow <site-packages>/tensorflow (pip install
                'tensorflow[and-cuda]==2.21.0')
      Packages  @tensorflow/tfjs-node-gpu not installed

    native crashed
      Device    libtensorflow 2.21.0, 16 threads
      Reason    SIGILL while multiplying matrices
      Fix       update its package and the driver; until then leave it out of selectBackend
      Log       This TensorFlow binary is optimized to use available CPU instructions.
                Illegal instruction
      Packages  @tensorflow/tfjs-node 4.22.0

    webgpu works
      Device    nvidia h200 (NVIDIA: 580.95.05)
      Packages  webgpu 0.6.2, @tensorflow/tfjs-backend-webgpu 4.22.0
      Limits    a tensor of 4 GiB
      Measured  products of 4096 x 4096

    wasm works
      Device    WebAssembly SIMD, 1 thread
      Packages  @ae/wasm 0.1.0, @tensorflow/tfjs-backend-wasm 4.22.0
      Measured  products of 512 x 512

    Works here: selectBackend(webgpu, wasm).
    "
  `)
})

test('the text says when another candidate is faster, when nothing works, and what was not measured', () => {
  const lastLines = (changes: Partial<Diagnosis>) =>
    describeDiagnosis({ ...diagnosis, ...changes, candidates: [] })
      .split('\n\n')
      .at(-1)
  expect(lastLines({ fastest: 'wasm' })).toBe(
    'Works here: selectBackend(webgpu, wasm). Of these, wasm trains the VAE fastest.\n',
  )
  expect(lastLines({ working: [], fastest: null })).toBe('Nothing works here.\n')
  expect(lastLines({ packages: { '@ae/models': null }, fastest: null })).toMatchInlineSnapshot(`
    "Works here: selectBackend(webgpu, wasm).
    The VAE step was not measured: it needs @ae/models (npm install @ae/models).
    "
  `)
})

test('no line is wider than 100 columns, whatever the words', () => {
  const word = 'x'.repeat(250)
  const [first] = candidates
  const long = { ...first, device: `${word} ${'a b '.repeat(90)}`, packages: { [word]: null } } as CandidateReport
  const lines = describeDiagnosis({ ...diagnosis, candidates: [long, ...candidates] }).split('\n')
  expect(Math.max(...lines.map(({ length }) => length))).toBe(100)
  expect(lines.filter((line) => line !== line.trimEnd())).toEqual([])
})
