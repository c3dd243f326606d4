// What counts as an image and as a batch of images, and how other shapes are refused.
import { ShapeError } from '@ae/core'
import { assertTensor } from '@ae/core/internal'
import { reshape, type Tensor, type Tensor3D, type Tensor4D } from '@tensorflow/tfjs-core'

/** A batch as `[count, height, width, channels]`; the caller owns the returned tensor. */
export function asImageBatch(functionName: string, argument: string, images: Tensor): Tensor4D {
  assertTensor(functionName, argument, images)
  const shape = images.rank === 3 ? [...images.shape, 1] : images.shape
  if (shape.length === 4 && shape.every((length) => length > 0) && isChannelCount(shape[3])) {
    return reshape(images, shape as Tensor4D['shape'])
  }
  throw new ShapeError(`\`${functionName}\` received \`${argument}\` of the wrong shape.`, {
    facts: {
      Expected: '[count, height, width] or [count, height, width, channels], channels 1 or 3, at least one image',
      Received: `[${images.shape.join(', ')}]`,
    },
    fix: batchCure(argument, images),
  })
}

function batchCure(argument: string, { rank, shape }: Tensor): string {
  const [count = 0, size = 0] = shape
  if (shape.includes(0)) return 'pass at least one image'
  if (rank === 4) {
    const channels = shape[3] ?? 0
    if (isChannelCount(shape[1])) return `put the channels last: tf.transpose(${argument}, [0, 2, 3, 1])`
    return `pass the channels to show, e.g. tf.slice(${argument}, [0, 0, 0, 0], [-1, -1, -1, ${channels > 3 ? 3 : 1}])`
  }
  const side = [1, 3].flatMap((channels) => {
    const length = Math.sqrt(size / channels)
    return Number.isInteger(length) ? [`[-1, ${length}, ${length}, ${channels}]`] : []
  })[0]
  if (rank === 2) {
    const rows = side === undefined ? 'rows of pixels' : `${count} images, one per row`
    return `${rows}: tf.reshape(${argument}, ${side ?? '[-1, height, width, 1]'}); one image: tf.expandDims(${argument}, 0)`
  }
  return `reshape first: tf.reshape(${argument}, [-1, height, width, channels])`
}

/** The axis lengths of one image, `[height, width, channels]`. */
export function imageShape(functionName: string, image: Tensor): Tensor3D['shape'] {
  assertTensor(functionName, 'image', image)
  const shape = image.rank === 2 ? [...image.shape, 1] : image.shape
  if (shape.length === 3 && shape.every((length) => length > 0) && isChannelCount(shape[2])) {
    return shape as Tensor3D['shape']
  }
  throw new ShapeError(`\`${functionName}\` received \`image\` of the wrong shape.`, {
    facts: {
      Expected: '[height, width] or [height, width, channels], channels 1 or 3',
      Received: `[${image.shape.join(', ')}]`,
    },
    fix: cureOf(image),
  })
}

function cureOf({ rank, shape }: Tensor): string {
  if (rank === 4) return 'put a batch into one image first: grid(image)'
  if (rank !== 3 || shape.includes(0)) return 'reshape first, e.g. tf.reshape(image, [28, 28, 1])'
  const grey = 'for a batch of grey images, make one image: grid(image)'
  return shape[2] === 4 || shape[2] === 2
    ? `leave out the last channel, e.g. tf.slice(image, 0, [-1, -1, ${shape[2] - 1}]); ${grey}`
    : grey
}

function isChannelCount(channels: number | undefined): boolean {
  return channels === 1 || channels === 3
}
