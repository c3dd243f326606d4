// Kernels of tfjs 4.22 that are wrong, each with the smallest input that shows it and its replacement.
import * as tf from '@tensorflow/tfjs-core'

/** A kernel that is wrong on some backends. */
export interface StockKernel {
  readonly kernel: string
  /** The names of the backends. */
  readonly on: readonly string[]
  /** In a few words. */
  readonly wrong: string
  /** The smallest input that shows it, in words. */
  readonly input: string
  /** Runs tfjs's own kernel on that input. */
  readonly stock: () => tf.Tensor
  /** The expected result. */
  readonly expected: tf.TensorLike
  /** What replaces it, or why nothing has to. */
  readonly ours: string
  /** Runs the replacement on the same input. */
  readonly replacement?: () => tf.Tensor
  /** Whether it throws an error instead of returning a result. */
  readonly fails?: true
  /** Whether tfjs should compute small tensors on the CPU, as it does by default. */
  readonly onCpu?: true
}

const kernelOfWasm = 'a kernel of `@ae/wasm`'
const everywhere = ['cpu', 'native', 'wasm', 'webgl', 'webgpu']
type X = tf.Tensor4D

/** One row per kernel and fault. */
export const stockKernels: readonly StockKernel[] = [
  {
    kernel: 'AvgPoolGrad',
    on: ['cpu', 'wasm', 'webgl', 'webgpu'],
    wrong: 'divides by the whole window although the average excluded the padding',
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
        wrong: 'sums in float32, one number after another',
        ours: 'a kernel of `@ae/wasm` that sums in float64',
        replacement: () => (kernel === 'Sum' ? tf.sum : tf.mean)(tf.fill([4e6], 0.1)),
      },
      { ...row, on: ['webgpu'], wrong: 'sums in float32, in parts that grow with the array', ours: 'not replaced' },
    ]
  }),
  {
    kernel: 'Cumsum',
    on: ['cpu', 'wasm'],
    wrong: 'sums in float32, one number after another',
    input: 'the last of 4,000,000 times 0.1',
    stock: () => tf.slice(run('Cumsum', { x: tf.fill([4e6], 0.1) }, { axis: 0 }), 4e6 - 1, 1),
    expected: [400_000],
    ours: 'not reached: no model or loss uses it',
  },
  {
    kernel: 'ResizeBilinearGrad',
    on: everywhere,
    wrong: 'ignores half-pixel centres',
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
    wrong: 'reads the second image of a batch from the wrong place',
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
    wrong: 'takes the first value of a window for the largest if none is positive',
    input: 'dy 1, x [-2, -1], window 1 x 2',
    stock: maxPoolGrad,
    expected: [[[[0], [1]]]],
    ours: kernelOfWasm,
    replacement: maxPoolGrad,
  },
  {
    kernel: 'Conv2DBackpropFilter',
    on: ['wasm'],
    wrong: 'is missing',
    fails: true,
    input: 'x 2, dy 3, window 1',
    stock: filterGradient,
    expected: [[[[6]]]],
    ours: kernelOfWasm,
    replacement: filterGradient,
  },
  {
    kernel: 'DepthwiseConv2dNativeBackpropFilter',
    on: ['wasm'],
    wrong: 'is missing',
    fails: true,
    input: 'x 2, dy 3, window 1',
    stock: depthwiseFilterGradient,
    expected: [[[[6]]]],
    ours: 'a kernel of `@ae/wasm`',
    replacement: depthwiseFilterGradient,
  },
  {
    kernel: 'DepthwiseConv2dNativeBackpropInput',
    on: ['wasm'],
    wrong: 'is missing',
    fails: true,
    input: 'dy 3, filter 2, window 1',
    stock: depthwiseInputGradient,
    expected: [[[[6]]]],
    ours: 'a kernel of `@ae/wasm`',
    replacement: depthwiseInputGradient,
  },
  {
    kernel: 'Einsum',
    on: ['wasm'],
    wrong: 'is missing',
    fails: true,
    input: 'ij,jk->ik of 2 and 3',
    stock: () => tf.einsum('ij,jk->ik', tf.tensor2d([[2]]), tf.tensor2d([[3]])),
    expected: [[6]],
    ours: 'a kernel of `@ae/wasm`',
    replacement: () => tf.einsum('ij,jk->ik', tf.tensor2d([[2]]), tf.tensor2d([[3]])),
  },
  {
    kernel: 'Einsum',
    on: ['cpu', 'webgl', 'webgpu'],
    wrong: 'confuses an axis that only one factor has, and the result lacks, with the last axis of the other',
    input: 'i,jk->ij of [1, 2] and [[3, 4], [5, 6]]',
    stock: () => tf.einsum('i,jk->ij', tf.tensor1d([1, 2]), matrix()),
    expected: [
      [7, 11],
      [14, 22],
    ],
    ours: 'the gradient of `@ae/core` sums over such an axis first',
    replacement: () => gradient((x) => tf.einsum('ij,jk->i', x, matrix()), tf.zeros([2, 2]), tf.tensor1d([1, 2])),
  },
  {
    kernel: 'UnsortedSegmentSum',
    on: ['wasm'],
    wrong: 'is missing',
    fails: true,
    input: 'values [1, 2], both of segment 0',
    stock: segmentSum,
    expected: [3],
    ours: 'a kernel of `@ae/wasm`',
    replacement: segmentSum,
  },
  {
    kernel: 'Cumsum',
    on: ['webgpu'],
    wrong: 'in reverse, runs the program compiled for a different length',
    input: '[1, 10], then [1, 10, 100]',
    stock: () => {
      tf.cumsum(tf.tensor1d([1, 10]), 0, false, true)
      return tf.cumsum(tf.tensor1d([1, 10, 100]), 0, false, true)
    },
    expected: [111, 110, 100],
    ours: 'gradients of `@ae/core` reverse, scan and reverse again',
    replacement: () => gradient((x) => tf.cumsum(x, 0), tf.zeros([3]), tf.tensor1d([1, 10, 100])),
  },
  {
    kernel: 'Conv3DBackpropFilterV2',
    on: ['wasm'],
    wrong: 'returns zeros for strides above 1',
    input: 'x [1, 0, 1], dy [1, 1], window 1, stride 2',
    stock: volumeFilterGradient,
    expected: [[[[[2]]]]],
    ours: 'a kernel of `@ae/wasm`',
    replacement: volumeFilterGradient,
  },
  {
    kernel: 'Conv3DBackpropInputV2',
    on: ['wasm'],
    wrong: 'returns zeros for strides above 1, and other wrong numbers',
    input: 'dy [1, 2], filter 1, stride 2, of length 3',
    stock: volumeInputGradient,
    expected: [[[[[1]]], [[[0]]], [[[2]]]]],
    ours: 'a kernel of `@ae/wasm`',
    replacement: volumeInputGradient,
  },
  {
    kernel: 'MaxPool3D',
    on: ['wasm'],
    wrong: 'returns about 0 where a window contains only negative values',
    input: '-1',
    stock: () => tf.maxPool3d(tf.tensor5d([-1], [1, 1, 1, 1, 1]), 1, 1, 'valid'),
    expected: [[[[[-1]]]]],
    ours: 'a kernel of `@ae/wasm`',
    replacement: () => tf.maxPool3d(tf.tensor5d([-1], [1, 1, 1, 1, 1]), 1, 1, 'valid'),
  },
  {
    kernel: 'Dilation2D',
    on: ['wasm'],
    wrong: 'returns about 0 where a window contains only negative values',
    input: 'x -1, filter 0',
    stock: () => tf.dilation2d(image([-1], 1, 1), tf.zeros([1, 1, 1]), 1, 'valid'),
    expected: [[[[-1]]]],
    ours: 'a kernel of `@ae/wasm`',
    replacement: () => tf.dilation2d(image([-1], 1, 1), tf.zeros([1, 1, 1]), 1, 'valid'),
  },
  {
    kernel: 'Prelu',
    on: ['wasm'],
    wrong: 'broadcasts the slopes along the last axis, whatever their own axis',
    input: 'x [[-1, -1], [-1, -1]], slopes [[1], [10]]',
    stock: prelu,
    expected: [
      [-1, -1],
      [-10, -10],
    ],
    ours: kernelOfWasm,
    replacement: prelu,
  },
  {
    kernel: 'GatherV2',
    on: ['wasm'],
    wrong: 'with batch axes, reads from the wrong place after the first batch',
    input: 'x [[1, 2], [3, 4]], indices [[1], [0]], one batch axis',
    stock: gatherInBatches,
    expected: [[2], [3]],
    ours: kernelOfWasm,
    replacement: gatherInBatches,
  },
  {
    kernel: 'OneHot',
    on: ['wasm'],
    wrong: 'as float32, returns the bits of integers',
    input: '[1] of 2 classes, as float32',
    stock: oneHotOfFloats,
    expected: [[0, 1]],
    ours: kernelOfWasm,
    replacement: oneHotOfFloats,
  },
  {
    kernel: 'Maximum',
    on: ['wasm'],
    wrong: 'loses a NaN in the second argument',
    input: '1 and NaN',
    stock: maximumOfNaN,
    expected: Number.NaN,
    ours: kernelOfWasm,
    replacement: maximumOfNaN,
  },
  replaced('Minimum', 'loses a NaN in the second argument', '1 and NaN', Number.NaN, () =>
    tf.minimum(tf.scalar(1), tf.scalar(Number.NaN)),
  ),
  replaced('Cast', 'to bool, drops fractions and keeps bytes', '0.5 and NaN', [1, 1], () =>
    tf.cast(tf.tensor1d([0.5, Number.NaN]), 'bool'),
  ),
  replaced('Log1p', 'adds 1 first', '1e-7', 1e-7, () => tf.log1p(tf.scalar(1e-7))),
  replaced('Sign', 'treats values below 1.2e-7 as 0', '1e-8', 1, () => tf.sign(tf.scalar(1e-8))),
  replaced('Selu', 'subtracts 1 from e^x', '-1e-7', -1.7581e-7, () => tf.selu(tf.scalar(-1e-7))),
  replaced('ClipByValue', 'replaces NaN with the minimum', 'NaN, from 0 to 1', Number.NaN, () =>
    tf.clipByValue(tf.scalar(Number.NaN), 0, 1),
  ),
  replaced('ClipByValue', 'reads the bits of integers as float32', '3 of int32, from 0 to 1', 1, () =>
    tf.clipByValue(tf.scalar(3, 'int32'), 0, 1),
  ),
  replaced('Relu6', 'turns NaN into 0', 'NaN', Number.NaN, () => tf.relu6(tf.scalar(Number.NaN))),
  replaced('FloorDiv', 'divides integers as float32', '16777217 and 1 of int32, minus 16777216', 1, () =>
    tf.sub(tf.floorDiv(tf.scalar(16777217, 'int32'), tf.scalar(1, 'int32')), tf.scalar(16777216, 'int32')),
  ),
  replaced('StridedSlice', 'returns the bits of integers as float32', '[1, 2, 3] of int32, every second', [1, 3], () =>
    tf.stridedSlice(tf.tensor1d([1, 2, 3], 'int32'), [0], [3], [2]),
  ),
  replaced(
    'PadV2',
    'told to pad with NaN, pads with the value of an earlier call',
    '1, NaN before it, after a padding by 5',
    [Number.NaN, 1],
    () => {
      tf.pad(tf.tensor1d([1]), [[1, 0]], 5)
      return tf.pad(tf.tensor1d([1]), [[1, 0]], Number.NaN)
    },
  ),
  replaced('MaxPool', 'loses NaN', '[1, NaN], window 1 x 2', [[[[Number.NaN]]]], () =>
    tf.maxPool(image([1, Number.NaN], 1, 2), [1, 2], 1, 'valid'),
  ),
  replaced(
    'DepthwiseConv2dNative',
    'shifts windows if the stride exceeds the filter',
    'x [[1, 2, 3, 4], [5, 6, 7, 8]], filter [[1], [1]], stride 2, padding same',
    [[[[6], [10]]]],
    () => tf.depthwiseConv2d(image([1, 2, 3, 4, 5, 6, 7, 8], 2, 4), tf.ones([2, 1, 1, 1]), 2, 'same'),
  ),
  replaced('FusedConv2D', 'with relu, turns NaN into 0', 'x NaN, filter 1', [[[[Number.NaN]]]], () =>
    tf.fused.conv2d({
      x: image([Number.NaN], 1, 1),
      filter: tf.ones([1, 1, 1, 1]),
      strides: 1,
      pad: 'valid',
      activation: 'relu',
    }),
  ),
  replaced('FusedDepthwiseConv2D', 'with relu, turns NaN into 0', 'x NaN, filter 1', [[[[Number.NaN]]]], () =>
    tf.fused.depthwiseConv2d({
      x: image([Number.NaN], 1, 1),
      filter: tf.ones([1, 1, 1, 1]),
      strides: 1,
      pad: 'valid',
      activation: 'relu',
    }),
  ),
  {
    kernel: 'MaxPoolWithArgmax',
    on: ['wasm'],
    wrong: 'starts from the smallest positive number',
    input: 'x -1, window 1',
    stock: () => tf.maxPoolWithArgmax(image([-1], 1, 1), 1, 1, 'valid').result as tf.Tensor,
    expected: [[[[-1]]]],
    ours: 'not reached: no layer unpools',
  },
  {
    kernel: 'Transform',
    on: ['cpu'],
    wrong: 'transforms the first image of a batch only',
    input: 'two images of one pixel, [1] and [2], left as they are',
    stock: () => {
      const [image, transforms] = [tf.tensor4d([1, 2], [2, 1, 1, 1]), tf.tensor2d([[1, 0, 0, 0, 1, 0, 0, 0]])]
      return run('Transform', { image, transforms }, { interpolation: 'nearest', fillMode: 'constant', fillValue: 0 })
    },
    expected: [[[[1]]], [[[2]]]],
    ours: 'not reached: `augment` of `@ae/datasets` resamples by itself',
  },
  {
    kernel: 'RotateWithOffset',
    on: ['wasm'],
    wrong: 'drops the fraction of the fill value',
    input: 'x [1, 2], a quarter turn about its first pixel, filled with 0.5',
    stock: () => tf.image.rotateWithOffset(image([1, 2], 1, 2), Math.PI / 2, 0.5, 0),
    expected: [[[[1], [0.5]]]],
    ours: 'not reached: no model rotates images',
  },
  {
    kernel: 'Multinomial',
    on: ['cpu'],
    wrong: 'draws the same numbers for every row',
    input: 'whether rows differ in 8 draws from each of 8 uniform rows',
    stock: () => {
      const draws = tf.multinomial(tf.zeros([8, 4]) as tf.Tensor2D, 8, 1)
      return tf.any(tf.notEqual(draws, tf.slice(draws, 0, 1)))
    },
    expected: 1,
    ours: 'not reached: `@ae/core` draws random numbers itself',
  },
  {
    kernel: 'BatchMatMul',
    on: ['cpu'],
    wrong: 'returns too few numbers if both batch shapes broadcast',
    fails: true,
    input: '[1, 2] of shape [2, 1, 1, 1] times [1, 10] of shape [1, 2, 1, 1]',
    stock: () => tf.matMul(tf.tensor4d([1, 2], [2, 1, 1, 1]), tf.tensor4d([1, 10], [1, 2, 1, 1])),
    expected: [
      [[[1]], [[10]]],
      [[[2]], [[20]]],
    ],
    ours: 'not reached: only one batch broadcasts',
  },
  {
    kernel: 'RealDiv',
    on: ['webgl'],
    wrong: 'returns 1 for 0 / 0',
    input: '0 and 0',
    stock: () => tf.div(tf.scalar(0), tf.scalar(0)),
    expected: Number.NaN,
    ours: 'not reached: divisors are not 0',
  },
  {
    kernel: 'ClipByValue',
    on: ['webgl'],
    wrong: 'does not clip the neighbours of a NaN',
    input: '[NaN, 5, 5, 5], from 0 to 1',
    stock: () => tf.slice(tf.clipByValue(tf.tensor1d([Number.NaN, 5, 5, 5]), 0, 1), 1),
    expected: [1, 1, 1],
    ours: 'not reached: losses are NaN then, and training stops',
  },
  {
    kernel: 'Min',
    on: ['webgl'],
    wrong: 'ignores values beyond 1e20',
    input: '[1e30, 2e30]',
    stock: () => tf.min(tf.tensor1d([1e30, 2e30])),
    expected: 1e30,
    ours: 'not reached: no model uses it',
  },
  {
    kernel: 'Multiply',
    on: ['webgpu'],
    wrong: 'for int32, from 1,000 elements on, computes in float32',
    input: '4,097 times 4,097, a thousand times; the first, minus 16,785,408',
    stock: () => {
      const products = tf.mul(tf.fill([1000], 4097, 'int32'), tf.fill([1000], 4097, 'int32'))
      return tf.sub(tf.slice(products, 0, 1), tf.scalar(16785408, 'int32'))
    },
    expected: [1],
    ours: 'not reached: models and losses multiply float32',
  },
  {
    kernel: 'ArgMax',
    on: ['webgpu'],
    wrong: 'for a tensor of one axis, keeps the axis',
    input: '[1]',
    stock: () => tf.argMax(tf.tensor1d([1])),
    expected: 0,
    ours: 'not reached: models apply it only to rows',
  },
  {
    kernel: 'Prod',
    on: ['webgpu'],
    wrong: 'on the CPU, where small tensors are computed, does not keep axes',
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
    ours: 'not reached: no model uses it',
  },
  {
    kernel: 'BatchMatMul',
    on: ['webgl'],
    wrong: 'for an odd shared length, also sums the padding of the last texels',
    input: 'e^0 of [2, 1] and of [1, 2]',
    stock: () => tf.matMul(tf.exp(tf.zeros([2, 1])), tf.exp(tf.zeros([1, 2]))),
    expected: [
      [1, 1],
      [1, 1],
    ],
    ours: 'not replaced: layers have kernels of their own; second derivatives and your own models may encounter it',
  },
  {
    kernel: 'Conv2D',
    on: ['native'],
    wrong: 'refuses numeric padding',
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

/** A row for a tfjs kernel on wasm that one of the same name replaces; `run` computes both results. */
function replaced(
  kernel: string,
  wrong: string,
  input: string,
  expected: tf.TensorLike,
  run: () => tf.Tensor,
): StockKernel {
  return { kernel, on: ['wasm'], wrong, input, stock: run, expected, ours: kernelOfWasm, replacement: run }
}

function prelu(): tf.Tensor {
  return tf.prelu(tf.fill([2, 2], -1), tf.tensor2d([1, 10], [2, 1]))
}

function gatherInBatches(): tf.Tensor {
  return tf.gather(tf.tensor2d([1, 2, 3, 4], [2, 2]), tf.tensor2d([1, 0], [2, 1], 'int32'), 1, 1)
}

function oneHotOfFloats(): tf.Tensor {
  return tf.oneHot(tf.tensor1d([1], 'int32'), 2, 1, 0, 'float32')
}

function maximumOfNaN(): tf.Tensor {
  return tf.maximum(tf.scalar(1), tf.scalar(Number.NaN))
}

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

function depthwiseFilterGradient(): tf.Tensor {
  const attributes = { strides: 1, pad: 'valid', dilations: 1, filterShape: [1, 1, 1, 1] }
  return run('DepthwiseConv2dNativeBackpropFilter', { x: image([2], 1, 1), dy: image([3], 1, 1) }, attributes)
}

function depthwiseInputGradient(): tf.Tensor {
  const attributes = { strides: 1, pad: 'valid', dilations: 1, inputShape: [1, 1, 1, 1] }
  return run('DepthwiseConv2dNativeBackpropInput', { filter: image([2], 1, 1), dy: image([3], 1, 1) }, attributes)
}

function volumeFilterGradient(): tf.Tensor {
  return run(
    'Conv3DBackpropFilterV2',
    { x: tf.tensor5d([1, 0, 1], [1, 3, 1, 1, 1]), dy: tf.ones([1, 2, 1, 1, 1]) },
    { strides: 2, pad: 'valid', filterShape: [1, 1, 1, 1, 1] },
  )
}

function volumeInputGradient(): tf.Tensor {
  return run(
    'Conv3DBackpropInputV2',
    { dy: tf.tensor5d([1, 2], [1, 2, 1, 1, 1]), filter: tf.ones([1, 1, 1, 1, 1]) },
    { strides: 2, pad: 'valid', inputShape: [1, 3, 1, 1, 1] },
  )
}

function matrix(): tf.Tensor2D {
  return tf.tensor2d([3, 4, 5, 6], [2, 2])
}

function segmentSum(): tf.Tensor {
  return tf.unsortedSegmentSum(tf.tensor1d([1, 2]), tf.tensor1d([0, 0], 'int32'), 1)
}

function run(kernelName: string, inputs: tf.NamedTensorMap, attributes: object): tf.Tensor {
  return tf.engine().runKernel(kernelName, inputs, attributes as tf.NamedAttrMap)
}

function gradient(op: (x: tf.Tensor) => tf.Tensor, x: tf.Tensor, dy: tf.Tensor): tf.Tensor {
  return tf.grad(op)(x, dy)
}
