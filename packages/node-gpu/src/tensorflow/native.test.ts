import { randomNormal, registerGradients, selectBackend } from '@ae/core'
import {
  backend,
  engine,
  type GradConfig,
  getBackend,
  getGradient,
  grad,
  matMul,
  maximum,
  mul,
  registerGradient,
  sum,
  type Tensor,
  tensor,
  zeros,
} from '@tensorflow/tfjs-core'
import { afterAll, expect, test } from 'vitest'
import { expectNoLeak } from '../testing/kernel-calls.ts'
import { onNative } from '../testing/linked.ts'
import { builtin } from './builtin.ts'
import { cuda, cudaBackend } from './cuda.ts'
import { requireFrom, thisModule } from './installed-package.ts'
import { native, nativeBackend } from './native.ts'

const before = surroundings()
const availability = await native.isAvailable()
const after = surroundings()

// What Node 23 removed and tfjs-node calls; and a gradient of the program's own, which tfjs-node would replace.
const utilities = requireFrom(thisModule())('node:util') as Record<string, unknown>
const removed = { isNullOrUndefined: utilities.isNullOrUndefined, isArray: utilities.isArray }
utilities.isNullOrUndefined = undefined
utilities.isArray = undefined
afterAll(() => Object.assign(utilities, removed))
const ownGradient: GradConfig = { kernelName: 'Abs', gradFunc: (dy) => ({ x: () => dy as Tensor }) }
registerGradient(ownGradient)

test('isAvailable touches nothing of tfjs', () => {
  expect(after).toEqual(before)
})

test('options that are misspelt or out of range are refused', () => {
  // @ts-expect-error misspelt
  expect(() => nativeBackend({ thread: 2 })).toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`nativeBackend\` has no option \`thread\`.

    Expected: threads
    Received: thread
    Fix:      did you mean threads?]
  `)
  expect(() => nativeBackend({ threads: 0 })).toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`nativeBackend\` received a bad \`threads\`.

    Expected: a positive integer
    Received: 0
    Fix:      pass a positive integer]
  `)
  expect(() => cudaBackend({ device: -1 })).toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`cudaBackend\` received a bad \`device\`.

    Expected: an integer of at least 0
    Received: -1
    Fix:      pass an integer of at least 0]
  `)
  // @ts-expect-error not a boolean
  expect(() => cudaBackend({ memoryGrowth: 'yes' })).toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`cudaBackend\` received a bad \`memoryGrowth\`.

    Expected: true or false
    Received: "yes"
    Fix:      pass true or false]
  `)
})

test('cuda refuses without a GPU, and leaves everything as it was', async () => {
  const untouched = surroundings()
  if ((await cuda.isAvailable()).ok) return
  await expect(cuda.activate()).rejects.toThrowError('`cuda` cannot run here.')
  expect(surroundings()).toEqual(untouched)
})

onNative('the backend native', () => {
  test('says what computes', async () => {
    const threads = builtin('node:os').availableParallelism()
    const device = expect.stringMatching(new RegExp(`^libtensorflow 2\\.\\d+\\.\\d+, ${threads} threads?$`))
    expect(availability).toEqual({ ok: true, device })
    expect(await native.activate()).toEqual({ name: 'native', device })
    expect(getBackend()).toBe('tensorflow')
  })

  test('activating again keeps the backend and its tensors', async () => {
    const [instance, x] = [backend(), mul(randomNormal([2, 2], 'test', { seed: 1 }), 2)]
    const values = x.arraySync()
    await nativeBackend({ threads: 1 }).activate()
    expect(backend()).toBe(instance)
    expect(x.arraySync()).toEqual(values)
    x.dispose()
  })

  test('computes, with functions that Node no longer has', () => {
    expect(typeof utilities.isNullOrUndefined).toBe('function')
    expect(matMul(tensor([[1, 2]]), tensor([[3], [4]])).arraySync()).toEqual([[11]])
  })

  test("keeps the gradients that were registered: the program's own, and those of @ae/core", () => {
    expect(getGradient('Abs')?.gradFunc).toBe(ownGradient.gradFunc)
    const kept = getGradient('Maximum')
    registerGradients()
    expect(getGradient('Maximum')).toBe(kept)
    // tfjs's own gradient of a broadcast maximum has the wrong shape.
    const dx = grad((x) => sum(maximum(x, zeros([2, 3]))))(tensor([1, -1, 2]))
    expect(dx.arraySync()).toEqual([2, 0, 2])
  })

  test('leaves no tensor behind', () => {
    expectNoLeak(() => {
      const x = randomNormal([3, 3], 'test', { seed: 2 }) as Tensor
      const dx = grad((x) => sum(mul(x, x)))(x)
      x.dispose()
      dx.dispose()
    })
  })

  test('is refused as cuda by the process that runs it', async () => {
    const availability = await cuda.isAvailable()
    expect(availability.ok ? '' : availability.reason).toMatch(/already|without its addon|not installed/)
    expect((await selectBackend(cuda, native)).refused.map(({ name }) => name)).toEqual(['cuda'])
  })
})

function surroundings() {
  return {
    backend: engine().backendName,
    factories: Object.keys(engine().registryFactory),
    growth: process.env.TF_FORCE_GPU_ALLOW_GROWTH,
    utilities: Object.keys(process.getBuiltinModule('node:util')).length,
  }
}
