// Kernels of tfjs 4.22 that are wrong, each with the smallest input that shows it and what takes its place.
import * as tf from '@tensorflow/tfjs-core'

/** A kernel that is wrong on some backends. */
export interface StockKernel {
  readonly kernel: string
  /** Where, by the names of backends. */
  readonly on: readonly string[]
  /** In a few words. */
  readonly wrong: string
  /** The smallest input that shows it, in words. */
  readonly input: string
  /** Runs tfjs's own kernel on that input. */
  readonly stock: () => tf.Tensor
  /** What it should give. */
  readonly expected: tf.TensorLike
  /** What takes its place, or why nothing has to. */
  readonly ours: string
  /** Runs what takes its place on the same input. */
  readonly replacement?: () => tf.Tensor
  /** Whether it gives no result but an error. */
  readonly fails?: true
  /** Whether tfjs shall compute small tensors on the CPU, as it does unless it is told not to. */
  readonly onCpu?: true
}

const twoDimensions = 'not reached: images have two dimensions'
const everywhere = ['cpu', 'native', 'wasm', 'webgl', 'webgpu']
type X = tf.Tensor4D

/** One row a kernel and mistake. */
export const stockKernels: readonly StockKernel[] = [
  {
    kernel: 'AvgPoolGrad',
    on: ['cpu', 'wasm', 'webgl', 'webgpu'],
    wrong: 'divides by the whole window where the average left the padding out',
    input: 'dy [1, 1], window 1 x 2, stride 1, padding same',
    stock: () =>
      run(
        'AvgPoolGrad',
        { dy: image([1, 1], 1, 2), input: image([0, 0], 1, 2) },
        { filterSize: [1, 2], strides: 1, pad: 'same' },
      ),
    expected: [[[[0.5], [1.5]]]],
    ours: 'a gradient of `@ae/core` that multiplies by the averages',
    replacement: () => gradient((x) => tf.avgPool(x as X, [1, 2], 1, 'same'), image([0, 0], 1, 2), image([1, 1], 1, 2)),
  },
  ...(['Sum', 'Mean'] as const).flatMap((kernel): StockKernel[] => {
    const stock = () => run(kernel, { x: tf.fill([4e6], 0.1) }, { axis: [0] })
    const row = { kernel, stock, input: '4,000,000 times 0.1', expected: kernel === 'Sum' ? 400_000 : 0.1 }
    return [
      {
        ...row,
        on: ['wasm'],
        wrong: 'adds up in float32, one number after another',
        ours: 'a kernel of `@ae/wasm` that adds up in float64',
        replacement: () => (kernel === 'Sum' ? tf.sum : tf.mean)(tf.fill([4e6], 0.1)),
      },
      { ...row, on: ['webgpu'], wrong: 'adds up in float32, in parts that grow with the array', ours: 'left as it is' },
    ]
  }),
  {
    kernel: 'Cumsum',
    on: ['cpu', 'wasm'],
    wrong: 'adds up in float32, one number after another',
    input: 'the last of 4,000,000 times 0.1',
    stock: () => tf.slice(run('Cumsum', { x: tf.fill([4e6], 0.1) }, { axis: 0 }), 4e6 - 1, 1),
    expected: [400_000],
    ours: 'not reached: no model or loss has it',
  },
  {
    kernel: 'ResizeBilinearGrad',
    on: everywhere,
    wrong: 'knows nothing of half-pixel centres',
    input: 'dy [1, 10, 100], from 2 rows to 3',
    stock: () =>
      run(
        'ResizeBilinearGrad',
        { images: image([0, 0], 2, 1), dy: image([1, 10, 100], 3, 1) },
        { alignCorners: false, halfPixelCenters: true, size: [3, 1] },
      ),
    expected: [[[[6]], [[105]]]],
    ours: 'a gradient of `@ae/core` that multiplies by the weights',
    replacement: () =>
      gradient(
        (x) => tf.image.resizeBilinear(x as X, [3, 1], false, true),
        image([0, 0], 2, 1),
        image([1, 10, 100], 3, 1),
      ),
  },
  {
    kernel: 'ResizeNearestNeighborGrad',
    on: ['cpu'],
    wrong: 'looks for the second image of a batch in the wrong place',
    input: 'dy [[1, 2], [3, 4]], two images from 1 row to 2',
    stock: () =>
      run(
        'ResizeNearestNeighborGrad',
        { images: tf.zeros([2, 1, 1, 1]), dy: tf.tensor4d([1, 2, 3, 4], [2, 2, 1, 1]) },
        { alignCorners: false, halfPixelCenters: false, size: [2, 1] },
      ),
    expected: [[[[3]]], [[[7]]]],
    ours: 'a gradient of `@ae/core` that multiplies by the weights',
    replacement: () =>
      gradient(
        (x) => tf.image.resizeNearestNeighbor(x as X, [2, 1]),
        tf.zeros([2, 1, 1, 1]),
        tf.tensor4d([1, 2, 3, 4], [2, 2, 1, 1]),
      ),
  },
  {
    kernel: 'MaxPoolGrad',
    on: ['wasm'],
    wrong: 'where nothing in a window is positive, takes its first value for the largest',
    input: 'dy 1, x [-2, -1], window 1 x 2',
    stock: maxPoolGrad,
    expected: [[[[0], [1]]]],
    ours: 'a kernel of `@ae/wasm`',
    replacement: maxPoolGrad,
  },
  {
    kernel: 'Conv2DBackpropFilter',
    on: ['wasm'],
    wrong: 'is not there',
    fails: true,
    input: 'x 2, dy 3, window 1',
    stock: filterGradient,
    expected: [[[[6]]]],
    ours: 'a kernel of `@ae/wasm`',
    replacement: filterGradient,
  },
  {
    kernel: 'DepthwiseConv2dNativeBackpropFilter',
    on: ['wasm'],
    wrong: 'is not there',
    fails: true,
    input: 'x 2, dy 3, window 1',
    stock: () =>
      run(
        'DepthwiseConv2dNativeBackpropFilter',
        { x: image([2], 1, 1), dy: image([3], 1, 1) },
        { strides: 1, pad: 'valid', dilations: 1, filterShape: [1, 1, 1, 1] },
      ),
    expected: [[[[6]]]],
    ours: 'a gradient of `@ae/core` composed of convolutions',
    replacement: () =>
      gradient(
        (w) => tf.depthwiseConv2d(image([2], 1, 1), w as X, 1, 'valid'),
        tf.zeros([1, 1, 1, 1]),
        image([3], 1, 1),
      ),
  },
  {
    kernel: 'UnsortedSegmentSum',
    on: ['wasm'],
    wrong: 'is not there',
    fails: true,
    input: 'values [1, 2], both of segment 0',
    stock: () => tf.unsortedSegmentSum(tf.tensor1d([1, 2]), tf.tensor1d([0, 0], 'int32'), 1),
    expected: [3],
    ours: 'a gradient of `gather` in `@ae/core` by a matrix product',
    replacement: () =>
      gradient((x) => tf.gather(x, tf.tensor1d([0, 0], 'int32')), tf.tensor1d([7]), tf.tensor1d([1, 2])),
  },
  {
    kernel: 'Cumsum',
    on: ['webgpu'],
    wrong: 'in reverse, runs the program that was built for another length',
    input: '[1, 10], then [1, 10, 100]',
    stock: () => {
      tf.cumsum(tf.tensor1d([1, 10]), 0, false, true)
      return tf.cumsum(tf.tensor1d([1, 10, 100]), 0, false, true)
    },
    expected: [111, 110, 100],
    ours: 'gradients of `@ae/core` reverse, scan and reverse',
    replacement: () => gradient((x) => tf.cumsum(x, 0), tf.zeros([3]), tf.tensor1d([1, 10, 100])),
  },
  {
    kernel: 'Conv3DBackpropFilterV2',
    on: ['wasm'],
    wrong: 'gives zeros for strides beyond 1',
    input: 'x [1, 0, 1], dy [1, 1], window 1, stride 2',
    stock: () =>
      run(
        'Conv3DBackpropFilterV2',
        { x: tf.tensor5d([1, 0, 1], [1, 3, 1, 1, 1]), dy: tf.ones([1, 2, 1, 1, 1]) },
        { strides: 2, pad: 'valid', filterShape: [1, 1, 1, 1, 1] },
      ),
    expected: [[[[[2]]]]],
    ours: twoDimensions,
  },
  {
    kernel: 'Conv3DBackpropInputV2',
    on: ['wasm'],
    wrong: 'gives zeros for strides beyond 1',
    input: 'dy [1, 2], filter 1, stride 2, of length 3',
    stock: () =>
      run(
        'Conv3DBackpropInputV2',
        { dy: tf.tensor5d([1, 2], [1, 2, 1, 1, 1]), filter: tf.ones([1, 1, 1, 1, 1]) },
        { strides: 2, pad: 'valid', inputShape: [1, 3, 1, 1, 1] },
      ),
    expected: [[[[[1]]], [[[0]]], [[[2]]]]],
    ours: twoDimensions,
  },
  {
    kernel: 'Prelu',
    on: ['wasm'],
    wrong: 'repeats the slopes along the last axis, whatever their own axis',
    input: 'x [[-1, -1], [-1, -1]], slopes [[1], [10]]',
    stock: () => tf.prelu(tf.fill([2, 2], -1), tf.tensor2d([1, 10], [2, 1])),
    expected: [
      [-1, -1],
      [-10, -10],
    ],
    ours: 'not reached: no activation has learned slopes',
  },
  {
    kernel: 'GatherV2',
    on: ['wasm'],
    wrong: 'with batches, reads from the wrong place after the first',
    input: 'x [[1, 2], [3, 4]], indices [[1], [0]], one batch axis',
    stock: () => tf.gather(tf.tensor2d([1, 2, 3, 4], [2, 2]), tf.tensor2d([1, 0], [2, 1], 'int32'), 1, 1),
    expected: [[2], [3]],
    ours: 'not reached: codebooks and datasets gather without batches',
  },
  {
    kernel: 'OneHot',
    on: ['wasm'],
    wrong: 'as float32, gives the bits of integers',
    input: '[1] of 2 classes, as float32',
    stock: () => tf.oneHot(tf.tensor1d([1], 'int32'), 2, 1, 0, 'float32'),
    expected: [[0, 1]],
    ours: 'not reached: models and losses take int32 and cast',
  },
  {
    kernel: 'Maximum',
    on: ['wasm'],
    wrong: 'loses a NaN that comes second',
    input: '1 and NaN',
    stock: () => tf.maximum(tf.scalar(1), tf.scalar(Number.NaN)),
    expected: Number.NaN,
    ours: 'not reached: what may be NaN comes first',
  },
  {
    kernel: 'ArgMax',
    on: ['webgpu'],
    wrong: 'of one axis, keeps it',
    input: '[1]',
    stock: () => tf.argMax(tf.tensor1d([1])),
    expected: 0,
    ours: 'not reached: models take it of rows',
  },
  {
    kernel: 'Prod',
    on: ['webgpu'],
    wrong: 'on the CPU, where small tensors are computed, forgets to keep axes',
    input: '[[1]] over axis 1, kept',
    stock: () => tf.prod(tf.tensor2d([[1]]), 1, true),
    expected: [[1]],
    ours: 'not reached: no model multiplies along axes',
    onCpu: true,
  },
  {
    kernel: 'FloorDiv',
    on: ['webgl'],
    wrong: 'rounds its inputs to integers first',
    input: '1.5 and 1',
    stock: () => tf.floorDiv(tf.scalar(1.5), tf.scalar(1)),
    expected: 1,
    ours: 'not reached: no model takes it',
  },
  {
    kernel: 'BatchMatMul',
    on: ['webgl'],
    wrong: 'of an odd shared length, adds up what fills the last texels too',
    input: 'e^0 of [2, 1] and of [1, 2]',
    stock: () => tf.matMul(tf.exp(tf.zeros([2, 1])), tf.exp(tf.zeros([1, 2]))),
    expected: [
      [1, 1],
      [1, 1],
    ],
    ours: 'not replaced: layers have kernels of their own; second derivatives and own models may meet it',
  },
  {
    kernel: 'Conv2D',
    on: ['native'],
    wrong: 'refuses padding that is a number',
    fails: true,
    input: 'x 1, filter 1, padding 1',
    stock: () => tf.conv2d(image([1], 1, 1), tf.ones([1, 1, 1, 1]), 1, 1),
    expected: [
      [
        [[0], [0], [0]],
        [[0], [1], [0]],
        [[0], [0], [0]],
      ],
    ],
    ours: 'not reached: layers pad `same`',
  },
]

function maxPoolGrad(): tf.Tensor {
  const [dy, input, output] = [image([1], 1, 1), image([-2, -1], 1, 2), image([-1], 1, 1)]
  return run('MaxPoolGrad', { dy, input, output }, { filterSize: [1, 2], strides: 1, pad: 'valid' })
}

function filterGradient(): tf.Tensor {
  return run(
    'Conv2DBackpropFilter',
    { x: image([2], 1, 1), dy: image([3], 1, 1) },
    { strides: 1, pad: 'valid', dataFormat: 'NHWC', filterShape: [1, 1, 1, 1] },
  )
}

function image(values: number[], height: number, width: number): tf.Tensor4D {
  return tf.tensor4d(values, [1, height, width, 1])
}

function run(kernelName: string, inputs: tf.NamedTensorMap, attributes: object): tf.Tensor {
  return tf.engine().runKernel(kernelName, inputs, attributes as tf.NamedAttrMap)
}

function gradient(op: (x: tf.Tensor) => tf.Tensor, x: tf.Tensor, dy: tf.Tensor): tf.Tensor {
  return tf.grad(op)(x, dy)
}
