// The gradient of sums of products over named axes: such a sum again, with dy in place of the input.
import { einsum, reshape, sum, type Tensor } from '@tensorflow/tfjs-core'
import { type Gradients, ofList } from './gradient.ts'
import { repeatTo } from './linear.ts'

/** The gradient of `tf.einsum`, for which tfjs has none. */
export function einsums(): Gradients {
  return {
    Einsum: ofList((dy, inputs, index, { equation }: { equation: string }) => {
      const [left = '', output = ''] = equation.replaceAll(/\s/g, '').split('->')
      const terms = left.split(',')
      const own = [...(terms[index] ?? '')]
      const others = inputs.flatMap((input, i) => {
        const axes = [...(terms[i] ?? '')]
        if (i === index) return []
        // cpu, webgl and webgpu compute a wrong product if an axis is in only one factor and not in the result.
        const isKept = (axis: string) => output.includes(axis) || own.includes(axis)
        const alone = axes.flatMap((axis, at) => (isKept(axis) ? [] : [at]))
        return [{ axes: axes.filter(isKept).join(''), input: alone.length === 0 ? input : sum(input, alone) }]
      })
      const from = [output, ...others.map(({ axes }) => axes)]
      // Along an axis that no other input has, dy is the same for each of its values.
      const shared = own.filter((axis) => from.some((axes) => axes.includes(axis))).join('')
      const sums = einsum(`${from}->${shared}`, dy, ...others.map(({ input }) => input))
      const { shape } = inputs[index] as Tensor
      const kept = shape.map((length, at) => (shared.includes(own[at] ?? '') ? length : 1))
      return repeatTo(reshape(sums, kept), shape)
    }),
  }
}
