// Programs that are differentiable, one row per op, in the way that a decoder or an objective would use it. Test support:
// nothing in the package imports it. The tests of every backend run the same rows.
import { elementwise, pairwise } from './cases/arithmetic.ts'
import { images } from './cases/images.ts'
import { objectives } from './cases/objectives.ts'
import { products, reductions } from './cases/reductions.ts'
import type { GradientCase } from './cases/row.ts'
import { shapes } from './cases/shapes.ts'
import { einsums, indexed, volumes } from './cases/volumes.ts'

/** Every row. */
export const gradientCases: readonly GradientCase[] = [
  ...elementwise,
  ...pairwise,
  ...reductions,
  ...products,
  ...shapes,
  ...images,
  ...volumes,
  ...indexed,
  ...einsums,
  ...objectives,
]
