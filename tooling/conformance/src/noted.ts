// The metadata that a test records for the page generated from the run, docs/backends.md.
import { TestRunner } from 'vitest'

declare module 'vitest' {
  interface TaskMeta {
    /** The largest relative difference that the test found. */
    largestError?: number
    /** The device and the runtime. */
    ran?: { readonly device: string; readonly runtime: string; readonly tfjs: string }
    /** A kernel of tfjs that is wrong, with the evidence. */
    stockKernel?: StockKernelNote
  }
}

/** A kernel of tfjs that is wrong. */
export interface StockKernelNote {
  readonly kernel: string
  /** What is wrong, in a few words. */
  readonly wrong: string
  /** The smallest input that shows it. */
  readonly input: string
  /** The actual result. */
  readonly stock: string
  /** The expected result. */
  readonly expected: string
  /** What replaces it, or why nothing has to. */
  readonly ours: string
}

/** Records how far a result is from the expected one. */
export function noteError(relativeDifference: number): void {
  const test = TestRunner.getCurrentTest()
  if (test !== undefined) test.meta.largestError = Math.max(test.meta.largestError ?? 0, relativeDifference)
}
