// What the command, the benchmarks and the tests of backends share of this package. It is not part of the documented interface, and
// may change in any version.
export * from './catalogue.ts'
export * from './catalogue-options.ts'
export * from './describe-model.ts'
export { activationOption, slopeOf } from './networks/activation.ts'
export type * from './networks/describe-layers.ts'
