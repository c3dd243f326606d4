// Whether examples of one shape can be taken for those of another.
import { type Shape, ShapeError, sizeOfShape } from '@ae/core'

/**
 * Data whose examples have as many values may lack axes of length 1, or be flat; values in another order of axes are refused, which
 * nothing else would notice.
 *
 * @param verb for messages
 * @param name of the data, for messages
 * @throws {ShapeError} when they do not fit
 */
export function assertFitting(verb: string, name: string, from: Shape, to: Shape): void {
  const received = `[${from.join(', ')}] (${name})`
  if (sizeOfShape(from) !== sizeOfShape(to)) {
    throw new ShapeError(`\`${verb}\` received data of another shape than the model's.`, {
      facts: { Expected: `[${to.join(', ')}] for each example`, Received: received },
      fix: 'pass data of that shape; `ae inspect` says what a model takes',
    })
  }
  const [own, wanted] = [from, to].map((shape) => shape.filter((length) => length > 1))
  if (own === undefined || wanted === undefined || own.length <= 1 || wanted.length <= 1) return
  if (own.join() === wanted.join()) return
  throw new ShapeError(`\`${verb}\` received data whose axes are in another order than the model's.`, {
    facts: { Expected: `[${to.join(', ')}] for each example`, Received: received },
    fix: 'put the axes in that order before you save the data, e.g. np.moveaxis(array, 1, -1) for channels that come first',
  })
}
