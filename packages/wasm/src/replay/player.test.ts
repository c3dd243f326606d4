import { type RandomAddress, randomNormal, registerGradients, type StepNumbers, uniforms } from '@ae/core'
import { extensionOf, randomBits } from '@ae/core/internal'
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm'
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { moduleOf } from '../binary/module.ts'
import { wasmBackend } from '../index.ts'

/** A step of linear regression to nothing: w moves against the gradient of mean((x w)^2), with noise on x. */
type Step = (x: tf.Tensor, address: RandomAddress) => tf.Tensor

let w: tf.Variable
beforeEach(async () => {
  await wasmBackend({ threads: 1 }).activate()
  w = tf.tidy(() => tf.variable(numbers('w', [5, 3])))
})
afterEach(() => w.dispose())

/** Moves `w`; gives the loss. */
const step: Step = (x, address) =>
  tf.tidy(() => {
    const noisy = tf.add<tf.Tensor2D>(x, tf.mul(randomNormal(x.shape, 'noise', address), 0.1))
    const y = tf.matMul(noisy, w as tf.Tensor2D)
    w.assign(tf.sub(w, tf.mul(tf.matMul(noisy, y, true), 0.01)))
    return tf.mean(tf.mul(y, y))
  })

describe('a step', () => {
  test('is run twice and then replayed, and gives the same numbers to the bit', async () => {
    expect(await train(step, [4, 4, 4, 4, 4, 4])).toEqual({ ...throughTfjs(step, [4, 4, 4, 4, 4, 4]), runs: 2 })
  })

  test('that draws bits draws others when it is replayed', async () => {
    const withBits: Step = (x, address) =>
      tf.tidy(() => {
        const halves = tf.fill(x.shape, 0.5)
        const kept = tf.mul<tf.Tensor2D>(x, randomBits(halves, 'bits', address))
        const y = tf.matMul(kept, w as tf.Tensor2D)
        w.assign(tf.sub(w, tf.mul(tf.matMul(kept, y, true), 0.01)))
        return tf.mean(tf.mul(y, y))
      })
    expect(await train(withBits, [4, 4, 4, 4, 4])).toEqual({ ...throughTfjs(withBits, [4, 4, 4, 4, 4]), runs: 2 })
  })

  test('of fewer examples is replayed in the same memory after one run', async () => {
    const batches = [4, 4, 2, 4, 2, 3]
    expect(await train(step, batches)).toEqual({ ...throughTfjs(step, batches), runs: 4 })
  })

  test('of more examples takes longer memory, in which the others are recorded again', async () => {
    const batches = [2, 2, 2, 400, 400, 400, 2, 2]
    expect(await train(step, batches)).toEqual({ ...throughTfjs(step, batches), runs: 5 })
  })

  test('gives the same numbers to the bit on three threads', async () => {
    const batches = [300, 300, 300, 7, 7, 300]
    const one = throughTfjs(step, batches)
    await wasmBackend({ threads: 3 }).activate()
    expect(await train(step, batches)).toEqual({ ...one, runs: 3 })
  })

  test('sees what was assigned to a variable in between', async () => {
    const between = (i: number) => {
      if (i === 3) tf.tidy(() => w.assign(numbers('other', [5, 3])))
    }
    const batches = [4, 4, 4, 4, 4, 4]
    expect(await train(step, batches, between)).toEqual({ ...throughTfjs(step, batches, between), runs: 3 })
  })

  test('leaves alone what somebody has cloned of a variable', async () => {
    let clone: tf.Tensor | undefined
    let values: number[] = []
    const between = (i: number) => {
      if (i !== 3) return
      clone = w.clone()
      values = valuesOf(clone)
    }
    expect(await train(step, [4, 4, 4, 4, 4, 4], between)).toMatchObject({ runs: 4 }) // one without a recording
    expect(valuesOf(clone as tf.Tensor)).toEqual(values)
    clone?.dispose()
  })

  test('is a new weight to kernels that pack weights once', async () => {
    const x = numbers('x', [1, 5, 3])
    const packing = () => tf.tidy(() => valuesOf(tf.prelu(x, w)))
    const expected = () => {
      const [a, b] = [valuesOf(x), valuesOf(w)]
      return a.map((value, i) => (value < 0 ? Math.fround(value * (b[i] ?? 0)) : value))
    }
    await train(step, [4, 4, 4, 4, 4, 4], () => expect(packing()).toEqual(expected()))
    x.dispose()
  })

  test('may have constants of its own', async () => {
    const shifted: Step = (x, address) =>
      tf.tidy(() => step(tf.add(x, tf.tile(tf.tensor2d([[1, 2, 3, 4, 5]]), [x.shape[0] ?? 1, 1])), address))
    const batches = [4, 4, 4, 4]
    expect(await train(shifted, batches)).toEqual({ ...throughTfjs(shifted, batches), runs: 2 })
  })

  test('of another kind of numbers is another step', async () => {
    const cast: Step = (x, address) => step(x, address)
    const player = await createPlayer()
    const labels = tf.tensor1d([1, 2, 3, 4], 'int32')
    let runs = 0
    for (let i = 0; i < 4; i++) {
      const x = numbers('x', [4, 5])
      const given = player.play([x, labels], numbersOf(i), ([x]) => {
        runs++
        return [cast(x as tf.Tensor, { step: i })]
      })
      tf.dispose([x, ...given])
    }
    expect(runs).toBe(2)
    labels.dispose()
  })
})

describe('is replayed with the kernels of tfjs, and those that compute in JavaScript: a step that', () => {
  const cases: Record<string, (x: tf.Tensor) => tf.Tensor> = {
    'runs one of tfjs': (x) => tf.cos(tf.floor(tf.mul(x, 3))),
    'runs one that takes a list': (x) => tf.concat([tf.cos(x), x, tf.fill([1, 5], 0.5)], 0),
    'runs one that gives several tensors': (x) => {
      const [a, b] = tf.split(x, [2, 3], 1) as [tf.Tensor, tf.Tensor]
      return tf.concat([tf.cos(b), a], 1)
    },
    'runs one that gives its input': (x) => tf.cos(tf.slice(tf.cast(x, 'float32'), [0, 0], [-1, 5])),
    'runs ones of integers and booleans': (x) =>
      tf.where(tf.greater(x, 0.1), x, tf.expandDims(tf.cast(tf.argMax(x, 1), 'float32'), 1)),
    'gathers by indices that it computes': (x) => tf.gather(x, tf.argMax(x, 0)),
    'runs one on a variable': (x) => tf.add(x, tf.cos(tf.sum(w, 1))),
    'takes the largest': (x) => tf.mul(x, tf.slice(tf.topk(x as tf.Tensor2D, 2).values, [0, 1], [-1, 1])),
    'runs one on nothing': (x) => tf.concat([x, tf.zeros([0, 5])], 0),
  }

  test.each(Object.keys(cases))('%s', async (name) => {
    const own: Step = (x, address) => tf.tidy(() => step((cases[name] as (x: tf.Tensor) => tf.Tensor)(x), address))
    const batches = [4, 4, 4, 3, 4, 3]
    const expected = throughTfjs(own, batches)
    const dataIds = tf.backend().numDataIds()
    expect(expected.losses.filter((loss) => typeof loss === 'string')).toEqual([])
    expect(await train(own, batches)).toEqual({ ...expected, runs: 3 })
    expect(tf.backend().numDataIds()).toBe(dataIds)
  })

  test('runs one of tfjs with a gradient, on three threads', async () => {
    registerGradients()
    const own: Step = (x, address) =>
      tf.tidy(() => {
        const { value, grads } = tf.variableGrads(
          () => tf.mean(tf.cos(tf.matMul(x as tf.Tensor2D, w as tf.Tensor2D))),
          [w],
        )
        w.assign(tf.sub(w, tf.mul(grads[w.name] as tf.Tensor, 0.1)))
        return tf.add(value, tf.mul(step(x, address), 0))
      })
    const batches = [300, 300, 300, 300]
    const expected = throughTfjs(own, batches)
    await wasmBackend({ threads: 3 }).activate()
    expect(await train(own, batches)).toEqual({ ...expected, runs: 2 })
  })
})

test('a step is recorded again once a kernel of tfjs that it runs is another one', async () => {
  const { kernelFunc } = tf.getKernel(tf.Cos, 'wasm')
  const register = (run: tf.KernelFunc) => {
    tf.unregisterKernel(tf.Cos, 'wasm')
    tf.registerKernel({ kernelName: tf.Cos, backendName: 'wasm', kernelFunc: run })
  }
  onTestFinished(() => register(kernelFunc))
  const sine = tf.getKernel(tf.Sin, 'wasm').kernelFunc
  const between = (i: number) => {
    if (i === 0) register(kernelFunc)
    if (i === 3) register(sine)
  }
  const own: Step = (x, address) => tf.tidy(() => step(tf.cos(x), address))
  const batches = [4, 4, 4, 4, 4, 4]
  const expected = throughTfjs(own, batches, between)
  expect(await train(own, batches, between)).toEqual({ ...expected, runs: 3 })
})

describe('is never replayed, and right all the same: a step that', () => {
  const outside = () => numbers('outside', [1, 1])
  const cases: Record<string, () => Step> = {
    'reads numbers': () => (x, address) => {
      valuesOf(x)
      return step(x, address)
    },
    'runs a kernel whose output depends on values in its shape': () => (x, address) =>
      tf.tidy(() => step(tf.mul(x, tf.unique(tf.reshape(x, [-1])).values.shape[0] ?? 0), address)),
    'runs a kernel of the program': () => {
      const { kernelFunc } = tf.getKernel(tf.Cos, 'wasm')
      tf.unregisterKernel(tf.Cos, 'wasm')
      tf.registerKernel({ kernelName: tf.Cos, backendName: 'wasm', kernelFunc: (call) => kernelFunc(call) })
      onTestFinished(() => {
        tf.unregisterKernel(tf.Cos, 'wasm')
        tf.registerKernel({ kernelName: tf.Cos, backendName: 'wasm', kernelFunc })
      })
      return (x, address) => tf.tidy(() => step(tf.cos(x), address))
    },
    'reads a tensor that was there before': () => {
      const scale = outside()
      onTestFinished(() => scale.dispose())
      return (x, address) => tf.tidy(() => step(tf.mul(x, scale), address))
    },
    'draws at the address of another step':
      () =>
      (x, { step: at = 0 }) =>
        step(x, { step: at + 1 }),
    'gives what it was given': () => (x, address) => {
      step(x, address).dispose()
      return tf.tidy(() => tf.clone(x))
    },
    'gives a tensor that is no scalar': () => (x, address) => {
      step(x, address).dispose()
      return tf.mul(x, x)
    },
    'keeps a tensor': () => {
      let kept: tf.Tensor | undefined
      onTestFinished(() => kept?.dispose())
      return (x, address) => {
        kept?.dispose()
        kept = tf.mul(x, x)
        return step(x, address)
      }
    },
    'keeps a constant': () => {
      let kept: tf.Tensor | undefined
      onTestFinished(() => kept?.dispose())
      return (x, address) => {
        kept?.dispose()
        kept = tf.scalar(2)
        return tf.tidy(() => step(tf.mul(x, kept as tf.Tensor), address))
      }
    },
  }

  test.each(Object.keys(cases))('%s', async (name) => {
    const make = cases[name] as () => Step
    const batches = [4, 4, 4, 4, 4]
    const expected = throughTfjs(make(), batches)
    expect(await train(make(), batches)).toEqual({ ...expected, runs: 5 })
  })
})

test('a tensor that a recorded step has kept stays what it is when other steps are replayed', async () => {
  const kept: tf.Tensor[] = []
  const values: number[][] = []
  const keeping: Step = (x, address) => {
    const loss = step(x, address)
    if (kept.length < 3) {
      kept.push(tf.mul(x, x))
      values.push(valuesOf(x).map((value) => Math.fround(value * value)))
    }
    return loss
  }
  await train(keeping, [4, 4, 4, 4])
  expect(kept.map(valuesOf)).toEqual(values)
  tf.dispose(kept)
})

describe('a step that throws', () => {
  test.each([0, 1])(
    'before it has moved a variable, in run %i: is an error, and those after it are right',
    async (at) => {
      const failing: Step = (x, address) =>
        tf.tidy(() => {
          if (address.step === at) {
            tf.keep(tf.mul(x, x)).dispose()
            throw new Error('no')
          }
          return step(x, address)
        })
      const batches = [4, 4, 4, 4, 4]
      const expected = throughTfjs(failing, batches)
      const here = await train(failing, batches)
      expect({ ...here, runs: 0 }).toEqual({ ...expected, runs: 0 })
      expect(here.losses[at]).toBe('no')
    },
  )

  test('after it has moved a variable: the variable is moved', async () => {
    const failing: Step = (x, address) => {
      const loss = step(x, address)
      if (address.step !== 1) return loss
      loss.dispose()
      throw new Error('no')
    }
    const batches = [4, 4, 4, 4]
    const expected = throughTfjs(failing, batches)
    expect({ ...(await train(failing, batches)), runs: 0 }).toEqual({ ...expected, runs: 0 })
  })
})

test('two players of one backend do not disturb each other', async () => {
  const alone = throughTfjs(step, [4, 4, 4, 4])
  const other = tf.tidy(() => tf.variable(numbers('v', [700, 3])))
  const [mine, theirs] = [await createPlayer(), await createPlayer([other])]
  const losses: (number | string)[] = []
  reset()
  for (let i = 0; i < 4; i++) {
    losses.push(once(mine, step, 4, i).loss)
    const y = tf.ones([2, 700])
    const [sum] = theirs.play([y], numbersOf(i), ([y]) => [
      tf.tidy(() => {
        other.assign(tf.mul(other, 2))
        return tf.mean(tf.matMul(y as tf.Tensor2D, other as tf.Tensor2D))
      }),
    ])
    tf.dispose([y, sum as tf.Tensor])
  }
  expect(losses).toEqual(alone.losses)
  other.dispose()
})

test('without memory for a block every step is run', async () => {
  const module = moduleOf(tf.backend() as BackendWasm)
  const { _malloc } = module
  let largest = 0
  module._malloc = (bytes) => {
    if (largest > 0 && bytes > largest) throw new Error('full')
    return _malloc(bytes)
  }
  onTestFinished(() => {
    module._malloc = _malloc
  })
  const limited: Step = (x, address) => {
    largest = 20_000 // every piece of memory that the step takes, but not all of them together
    return step(x, address)
  }
  const batches = [300, 300, 300, 300]
  expect(await train(limited, batches)).toEqual({ ...throughTfjs(limited, batches), runs: 4 })
})

test('nothing is left: players come and go in the same memory', async () => {
  const bytes = () => moduleOf(tf.backend() as BackendWasm).HEAPU8.length
  const wide = tf.tidy(() => tf.variable(tf.zeros([2000, 100])))
  const run = async () => {
    const player = await createPlayer([wide])
    for (let i = 0; i < 4; i++) {
      const x = tf.ones([500, 2000]) // 4 MB
      const results = player.play([x], numbersOf(i), ([x]) => [
        tf.tidy(() => {
          wide.assign(tf.add(wide, tf.ones([2000, 100]))) // 0.8 MB of both
          return tf.mean(tf.matMul(x as tf.Tensor2D, wide as tf.Tensor2D))
        }),
      ])
      tf.dispose([x, ...results])
    }
    player.dispose()
  }
  await run()
  const before = [bytes(), tf.memory().numTensors, tf.backend().numDataIds()]
  for (let i = 0; i < 30; i++) await run()
  expect([bytes(), tf.memory().numTensors, tf.backend().numDataIds()]).toEqual(before)
  wide.dispose()
})

function numbers(name: string, shape: [number, number, number?]): tf.Tensor {
  const lengths = shape.filter((length) => length !== undefined)
  const size = lengths.reduce((product, length) => product * length, 1)
  return tf.tensor(
    uniforms(name, {}, size).map((value) => value - 0.5),
    lengths,
  )
}

function numbersOf(step: number): StepNumbers {
  return { step, variant: 0, moves: [], weights: [] }
}

async function createPlayer(variables: readonly tf.Variable[] = [w]) {
  const { stepPlayer } = extensionOf(tf.backend())
  const player = await (stepPlayer as NonNullable<typeof stepPlayer>)(variables)
  onTestFinished(() => player.dispose())
  return player
}

function reset(): void {
  tf.tidy(() => w.assign(numbers('w', [5, 3])))
}

function valuesOf(tensor: tf.Tensor): number[] {
  return [...tensor.dataSync()]
}

/** One step; what it throws counts as its loss. */
function once(player: Pick<Awaited<ReturnType<typeof createPlayer>>, 'play'>, run: Step, rows: number, at: number) {
  const x = numbers(`x${at}`, [rows, 5])
  let runs = 0
  try {
    const [loss] = player.play([x], numbersOf(at), ([x]) => {
      runs++
      return [run(x as tf.Tensor, { step: at })]
    })
    const [value = Number.NaN] = valuesOf(loss as tf.Tensor)
    loss?.dispose()
    return { loss: value, runs }
  } catch (error) {
    return { loss: (error as Error).message, runs }
  } finally {
    x.dispose()
  }
}

interface Outcome {
  readonly losses: (number | string)[]
  readonly weights: number[]
  readonly runs: number
  /** How many tensors there are more than before. */
  readonly left: number
}

/** Steps with batches of so many rows, from the same weights. */
async function train(run: Step, batches: readonly number[], between = (_: number) => {}): Promise<Outcome> {
  return all(await createPlayer(), run, batches, between)
}

/** The same through tfjs. */
function throughTfjs(run: Step, batches: readonly number[], between = (_: number) => {}): Outcome {
  return all({ play: (inputs, _, run) => run(inputs) }, run, batches, between)
}

function all(
  player: Parameters<typeof once>[0],
  run: Step,
  batches: readonly number[],
  between: (at: number) => void,
): Outcome {
  reset()
  const before = tf.memory().numTensors
  let runs = 0
  const losses = batches.map((rows, i) => {
    between(i)
    const made = once(player, run, rows, i)
    runs += made.runs
    return made.loss
  })
  return { losses, weights: valuesOf(w), runs, left: tf.memory().numTensors - before }
}
