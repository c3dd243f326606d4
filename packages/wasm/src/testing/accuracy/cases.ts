// Every kernel of this package on many numbers, and the same in float64.
import type { AccuracyCase } from './case.ts'
import { convolutions } from './convolutions.ts'
import { large } from './large.ts'
import { gaussians, likelihoods } from './losses.ts'
import { adam, arithmetic, functions, made, sums } from './numbers.ts'
import { denseLayers, products } from './products.ts'

/** Every kernel. */
export function accuracyCases(): AccuracyCase[] {
  return [
    ...products(),
    ...denseLayers(),
    ...convolutions(),
    ...functions(),
    ...arithmetic(),
    ...likelihoods(),
    ...gaussians(),
    ...sums(),
    adam(),
    ...large(),
    ...made(),
  ]
}
