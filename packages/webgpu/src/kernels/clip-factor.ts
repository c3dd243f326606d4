// The factor by which gradients are clipped to a norm of all of them together.
import * as kernels from '@ae/core/kernels'
import { util } from '@tensorflow/tfjs-core'
import { implement, output } from './kernel.ts'
import { bindingLimit, record } from './recorder.ts'

const workgroupSize = 256
// Workgroups, each of which sums a share of every gradient: enough to keep a GPU busy with a million numbers.
const parts = 64
const name = kernels.clipFactor.name

/** []: sums of squares in `parts` shares for as many gradients as a dispatch can bind, then one workgroup for the sum of those. */
export const clipFactor = implement(kernels.clipFactor, ({ inputs, attributes: { maximum } }, backend) => {
  const gradients = inputs.gradient.filter(({ shape }) => util.sizeFromShape(shape) > 0)
  if (gradients.length === 0) return backend.makeTensorInfo([], 'float32', Float32Array.of(Math.min(1, maximum / 1e-6)))
  const together = bindingLimit(backend) - 1
  const count = parts * Math.ceil(gradients.length / together)
  const sums = output(backend, [count])
  const factor = output(backend, [])
  for (let first = 0; first < gradients.length; first += together) {
    const chunk = gradients.slice(first, first + together)
    const sizes = Object.fromEntries(chunk.map(({ shape }, i) => [`size${i}`, util.sizeFromShape(shape)]))
    record(backend, {
      key: `${name} of ${chunk.length}`,
      reads: Object.fromEntries(chunk.map((gradient, i) => [`gradient${i}`, gradient])),
      writes: { sums },
      sizes: { ...sizes, offset: (first / together) * parts },
      workgroupSize,
      workgroups: parts,
      code: () => reduction(chunk.map((_, i) => squaresOf(i)).join('\n'), 'sums[sizes.offset + group] = partial[0];'),
    })
  }
  record(backend, {
    key: `${name}, total`,
    reads: { sums },
    writes: { factor },
    sizes: { count },
    numbers: { maximum },
    workgroupSize,
    workgroups: 1,
    code: () =>
      reduction(
        `  for (var at = local; at < sizes.count; at += ${workgroupSize}u) { mine += sums[at]; }`,
        'factor[0] = min(1.0, numbers.maximum / (sqrt(partial[0]) + 1e-6));',
      ),
  })
  backend.disposeData(sums.dataId)
  return factor
})

function squaresOf(i: number): string {
  const step = parts * workgroupSize
  return `  for (var at = group * ${workgroupSize}u + local; at < sizes.size${i}; at += ${step}u) {
    mine += gradient${i}[at] * gradient${i}[at];
  }`
}

/** A workgroup's sum of what each invocation adds to `mine`, and what is done with it. Groups beyond those asked for do nothing. */
function reduction(add: string, use: string) {
  return {
    declarations: `var<workgroup> partial: array<f32, ${workgroupSize}>;`,
    body: `  var mine = 0.0;
${add}
  partial[local] = mine;
  for (var half = ${workgroupSize / 2}u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (local < half) { partial[local] += partial[local + half]; }
  }
  if (local == 0u && group < ${parts}u) { ${use} }`,
  }
}
