// The page that shows a run: docs/backends.md.
import type { StockKernelNote } from '../src/test-meta.ts'
import type { Check, Results } from './results.ts'

/** What the tests of a file hold the backend against, in the order of the page. */
const checks: Readonly<Record<string, string>> = {
  backend: 'what runs is what was asked for',
  ops: 'ops of tfjs, value and gradients, against PyTorch',
  networks: 'convolutions, normalisation, activations against PyTorch',
  losses: 'likelihoods, divergences, penalties against PyTorch',
  bounds: 'importance weighting and total correlation against PyTorch',
  kernels: 'fused kernels, and the same composed, against float64',
  'made-on-the-device': 'batches of bytes and random numbers, bit for bit as JavaScript makes them',
  adam: 'ten steps of Adam against PyTorch',
  training: 'ten steps of two models against PyTorch, every number',
  'training-full': 'the same in full size, losses and norms',
  'model-gradients': 'gradients of whole models against differences',
  contract: 'what every model promises',
  coverage: 'the kernels that models run are among those tested',
  initialisation: 'the first weights against PyTorch',
  determinism: 'same seeds, same bits; across a stop; as on cpu',
  'step-replay': 'replayed steps, bit for bit as tfjs runs them',
  'changes-while-training': 'whatever is changed between two steps, as the engine of tfjs sees it, bit for bit',
  'gradient-penalties': 'gradient penalties of whole models, and their gradients, against PyTorch',
  'random-compositions': 'second derivatives of ops, alone and composed at random, against plain ops',
  memory: 'tensors over 200 steps, after `break` and failures',
  'process-memory': 'memory of the process over 20 epochs',
  'stock-kernels': 'kernels of tfjs that are wrong, and ours',
}

/** The page, of all projects. */
export function renderPage(results: Results): string {
  return `---
title: Backends
---

# Backends

One suite, \`tooling/conformance\`, runs on every backend. This page is made by a run (\`pnpm --filter @ae/conformance report\`);
later runs fail when their tests are not those of the page. Where the device says SwiftShader, a CPU stands in for the GPU
that the machine lacks: it runs the same shaders, slower.

## What ran

${table(
  ['backend', 'device', 'in', 'tfjs', 'tests', 'seconds', 'on'],
  Object.entries(results).map(([name, { device, runtime, tfjs, seconds, date, ...result }]) => {
    const tests = Object.values(result.checks).reduce((sum, { passed, knownWrong = 0 }) => sum + passed + knownWrong, 0)
    return [name, device, runtime, tfjs, tests, seconds, date]
  }),
)}

Seconds are those of all test files added up; two run at a time.

## What was checked

How many tests passed, and the largest relative difference that they met: of a tensor, the largest difference over the
largest expected value. \`2 wrong\` are kernels of tfjs, listed below, that are wrong on this backend as they are known to be.

${table(['', ...Object.keys(results)], rowsOf(results))}

## Kernels of tfjs that are wrong

Each row is a test: it fails once tfjs is mended. What our models can reach is replaced.

On \`wasm\`, kernels of tfjs also read or write beyond their tensors, or trap, for which no input is given here: choosing, reversing
and one-hot encoding of bools, most functions of bools and their normalisation, pooling and depthwise or fused convolution where
windows exceed the image or lengths are rounded up, negative paddings, slices and indices that lie outside, gathering with batches,
remainders of integers, and transposes of nothing. \`@ae/wasm\` replaces or refuses each. Rotating images of many
channels, the largest entries of nothing, and space from depths that do not divide are left to tfjs.

${table(
  ['backend', 'kernel', 'what is wrong', 'smallest input', 'gives', 'should give', 'instead'],
  Object.entries(results).flatMap(([name, { stockKernels }]) => {
    return Object.values(stockKernels).map((note: StockKernelNote) => {
      const { kernel, wrong, input, stock, expected, ours } = note
      return [name, kernel, wrong, `\`${input}\``, stock, expected, ours]
    })
  }),
)}
`
}

function rowsOf(results: Results): string[][] {
  const names = new Set(Object.values(results).flatMap((result) => Object.keys(result.checks)))
  const unknown = [...names].filter((name) => checks[name] === undefined)
  if (unknown.length > 0) throw new Error(`report/page.ts does not say what ${unknown.join(', ')} checks`)
  const known = Object.entries(checks).filter(([name]) => names.has(name))
  return known.map(([name, what]) => [
    `**${name}** ${what}`,
    ...Object.values(results).map((result) => cell(result.checks[name])),
  ])
}

function cell(check: Check | undefined): string {
  if (check === undefined) return '-'
  const { passed, knownWrong, failed, skipped, largestError } = check
  const counts = [
    `${passed}`,
    knownWrong && `${knownWrong} wrong`,
    failed && `**${failed} failed**`,
    skipped && `${skipped} skipped`,
  ]
  const error = largestError === undefined ? '' : `<br>${largestError === 0 ? '0' : largestError.toExponential(0)}`
  return counts.filter(Boolean).join(', ') + error
}

function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}
