// What a test notes for the page that is made of the run, docs/backends.md.
import { TestRunner } from 'vitest'

declare module 'vitest' {
  interface TaskMeta {
    /** The largest relative difference that the test met. */
    largestError?: number
    /** What computed, and in what. */
    ran?: { readonly device: string; readonly runtime: string; readonly tfjs: string }
    /** A kernel of tfjs that is wrong, and the proof. */
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
  /** What it gives. */
  readonly stock: string
  /** What it should give. */
  readonly expected: string
  /** What takes its place, or why nothing has to. */
  readonly ours: string
}

/** Notes how far a result is from what it should be. */
export function noteError(relativeDifference: number): void {
  const test = TestRunner.getCurrentTest()
  if (test !== undefined) test.meta.largestError = Math.max(test.meta.largestError ?? 0, relativeDifference)
}
