// What is minimised, the weighted sum of the terms' means, and its gradient.
import * as kernels from '@ae/core/kernels'
import { type TensorInfo, util } from '@tensorflow/tfjs-core'
import { implement, output } from './kernel.ts'
import { bindingLimit, record } from './recorder.ts'

const workgroupSize = 256

/** The mean of each term, then the total. One workgroup does it all: terms are as short as batches. */
export const totalOfTerms = implement(kernels.totalOfTerms, ({ inputs, attributes }, backend) => {
  const { weights } = attributes
  const total = output(backend, [])
  const means = weights.map(() => output(backend, []))
  const together = Math.floor((bindingLimit(backend) - 1) / 2)
  for (let first = 0; first < weights.length; first += together) {
    const chunk = weights.slice(first, first + together)
    const terms = inputs.term.slice(first, first + together)
    record(backend, {
      key: `${kernels.totalOfTerms.name}, ${first === 0 ? 'first' : 'next'} ${chunk.length}`,
      reads: named('term', terms),
      writes: { ...named('mean', means.slice(first, first + together)), total },
      sizes: Object.fromEntries(terms.map(({ shape }, i) => [`size${i}`, util.sizeFromShape(shape)])),
      numbers: Object.fromEntries(chunk.map((weight, i) => [`weight${i}`, weight])),
      workgroupSize,
      workgroups: 1,
      code: () => ({
        declarations: `var<workgroup> partial: array<f32, ${workgroupSize}>;`,
        body: `  var sum = 0.0;
${terms.map((_, i) => meanOf(i)).join('\n')}
  if (local == 0u) { total[0] = sum${first === 0 ? '' : ' + total[0]'}; }`,
      }),
    })
  }
  return [...means, total]
})

function meanOf(i: number): string {
  return `  {
    var mine = 0.0;
    for (var at = local; at < sizes.size${i}; at += ${workgroupSize}u) { mine += term${i}[at]; }
    partial[local] = mine;
    for (var half = ${workgroupSize / 2}u; half > 0u; half /= 2u) {
      workgroupBarrier();
      if (local < half) { partial[local] += partial[local + half]; }
    }
    if (local == 0u) {
      let mean = partial[0] / f32(sizes.size${i});
      mean${i}[0] = mean;
      sum += numbers.weight${i} * mean;
    }
    workgroupBarrier();
  }`
}

/** The gradient of each term: the same number everywhere. */
export const totalOfTermsGradient = implement(kernels.totalOfTermsGradient, ({ inputs, attributes }, backend) => {
  const { weights, lengths } = attributes
  const gradients = lengths.map((length) => output(backend, length < 0 ? [] : [length]))
  const together = bindingLimit(backend) - 1
  for (let first = 0; first < gradients.length; first += together) {
    const chunk = gradients.slice(first, first + together)
    const sizes = chunk.map(({ shape }) => util.sizeFromShape(shape))
    record(backend, {
      key: `${kernels.totalOfTermsGradient.name} of ${chunk.length}`,
      reads: { dy: inputs.dy },
      writes: named('dTerm', chunk),
      sizes: Object.fromEntries(sizes.map((size, i) => [`size${i}`, size])),
      numbers: Object.fromEntries(sizes.map((size, i) => [`share${i}`, (weights[first + i] ?? 1) / size])),
      workgroupSize,
      workgroups: Math.ceil(Math.max(...sizes) / workgroupSize),
      code: () => ({
        body: `  let at = group * ${workgroupSize}u + local;
${chunk.map((_, i) => `  if (at < sizes.size${i}) { dTerm${i}[at] = numbers.share${i} * dy[0]; }`).join('\n')}`,
      }),
    })
  }
  return gradients
})

function named(name: string, tensors: readonly TensorInfo[]): Record<string, TensorInfo> {
  return Object.fromEntries(tensors.map((tensor, i) => [`${name}${i}`, tensor]))
}
