import { beforeAll, expect, test, vi } from 'vitest'
import { activateWebgpu } from '../device.ts'
import { onAdapter, open } from '../testing/dawn.ts'
import { gpuWorkOf } from '../testing/gpu-work.ts'
import {
  columnSums,
  computed,
  expectKernel,
  type Numbers,
  numbers,
  product,
  transpose,
  webgpuBackend,
} from '../testing/kernel-calls.ts'

onAdapter('two dense layers on one input', () => {
  beforeAll(() => activateWebgpu(open))

  test('has its gradient in one dispatch, or two where a device binds eight tensors', async () => {
    const { gradientInputs, weights, dx } = pair(5, 4, 3, 2)
    const run = () => expectKernel('AeDensePairGradient', gradientInputs, { needsInput: true }, [...weights, dx])
    const { device } = webgpuBackend()
    const dispatchesAt = async (maxStorageBuffersPerShaderStage: number) => {
      const { limits } = device
      const spy = vi.spyOn(device, 'limits', 'get').mockReturnValue(
        new Proxy(limits, {
          get: (_, name) =>
            name === 'maxStorageBuffersPerShaderStage' ? maxStorageBuffersPerShaderStage : Reflect.get(limits, name),
        }),
      )
      const { dispatches } = await gpuWorkOf(run)
      spy.mockRestore()
      return dispatches
    }
    expect(await dispatchesAt(10)).toHaveLength(1)
    expect(await dispatchesAt(8)).toHaveLength(2)
  })
})

function pair(batch: number, inSize: number, firstSize: number, secondSize: number) {
  const x = numbers('x', [batch, inSize])
  const of = (name: string, size: number) => ({
    kernel: numbers(`${name} kernel`, [inSize, size], 1 / Math.sqrt(inSize)),
    bias: numbers(`${name} bias`, [size]),
    dy: numbers(`${name} dy`, [batch, size]),
  })
  const [first, second] = [of('first', firstSize), of('second', secondSize)]
  const layer = ({ kernel, bias }: typeof first): Numbers => {
    const { shape, values } = product(x, kernel)
    return computed(shape, (at) => Number(values[at]) + Number(bias.values[at % bias.values.length]))
  }
  const gradient = ({ dy }: typeof first) => [product(transpose(x), dy), columnSums(dy)]
  const [one, other] = [first, second].map(({ kernel, dy }) => product(dy, transpose(kernel))) as [Numbers, Numbers]
  return {
    inputs: {
      x,
      firstKernel: first.kernel,
      firstBias: first.bias,
      secondKernel: second.kernel,
      secondBias: second.bias,
    },
    value: [layer(first), layer(second)],
    gradientInputs: {
      x,
      firstKernel: first.kernel,
      secondKernel: second.kernel,
      firstDy: first.dy,
      secondDy: second.dy,
    },
    weights: [...gradient(first), ...gradient(second)],
    dx: computed(one.shape, (at) => Number(one.values[at]) + Number(other.values[at])),
  }
}
