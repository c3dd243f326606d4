// Other types. tfjs's own stores what it is given as a byte where it casts to bool: 0.5 is false, and 2 stays 2.
import { Cast, type CastAttrs, type TensorInfo } from '@tensorflow/tfjs-core'
import type { WasmKernel } from './kernel.ts'
import { compute } from './numbers.ts'

/** `x` as `dtype`. True is what is not 0, NaN too; numbers become int32 by dropping their fraction. */
export const cast: WasmKernel = {
  name: Cast,
  run: (call) => {
    const { x } = call.inputs as { x: TensorInfo }
    const { dtype } = call.attributes as unknown as CastAttrs
    if (x.dtype === 'string' || x.dtype === 'complex64') return call.stock()
    return compute(call, [x], x.shape, dtype, (out, numbers = out) => {
      if (dtype !== 'bool') out.set(numbers)
      else for (let i = 0; i < out.length; i++) out[i] = numbers[i] === 0 ? 0 : 1
    })
  },
}
