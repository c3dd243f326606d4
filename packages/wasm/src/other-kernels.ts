// Kernels that models of @ae never run but other programs may: those that tfjs lacks, and those that it gets wrong
// (docs/backends.md). A script of its own, so that pages can do without it.
import { cast } from './kernels/cast.ts'
import { complex } from './kernels/complex.ts'
import { depthwiseBackpropFilter, depthwiseBackpropInput } from './kernels/depthwise.ts'
import { depthwiseConvolution } from './kernels/depthwise-convolution.ts'
import { dilation2d } from './kernels/dilation.ts'
import { einsum } from './kernels/einsum.ts'
import { fusedConvolutions } from './kernels/fused-convolution.ts'
import { indexed } from './kernels/indices.ts'
import type { WasmKernel } from './kernels/kernel.ts'
import { layout } from './kernels/layout.ts'
import { ofNothing } from './kernels/nothing.ts'
import { unsortedSegmentSum } from './kernels/segments.ts'
import { slicing } from './kernels/slicing.ts'
import { ofFloats } from './kernels/through-floats.ts'
import { volumes } from './kernels/volumes.ts'

export const otherKernels: readonly WasmKernel[] = [
  cast,
  complex,
  ...fusedConvolutions,
  depthwiseBackpropFilter,
  depthwiseBackpropInput,
  depthwiseConvolution,
  dilation2d,
  einsum,
  ...indexed,
  ...layout,
  ...ofFloats,
  ...ofNothing,
  ...slicing,
  unsortedSegmentSum,
  ...volumes,
]
