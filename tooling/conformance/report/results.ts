// The results of the suite for one project, as stored in results.json.
import type { TestModule } from 'vitest/node'
import type { StockKernelNote } from '../src/noted.ts'

/** One test file on one backend. */
export interface Check {
  readonly passed: number
  /** Tests that pass because a kernel of tfjs is known to be wrong. Defaults to 0. */
  readonly knownWrong?: number
  readonly failed?: number
  readonly skipped?: number
  /** The largest relative difference found. */
  readonly largestError?: number
}

/** One backend in one environment. */
export interface ProjectResult {
  readonly device: string
  readonly runtime: string
  readonly tfjs: string
  readonly date: string
  readonly seconds: number
  /** By file name. */
  readonly checks: Readonly<Record<string, Check>>
  /** By test name. */
  readonly stockKernels: Readonly<Record<string, StockKernelNote>>
}

/** By project. */
export type Results = Readonly<Record<string, ProjectResult>>

/** @returns undefined if no test of the project ran */
export function resultOf(modules: readonly TestModule[]): ProjectResult | undefined {
  const tests = modules.flatMap((module) => [...module.children.allTests()])
  const ran = tests.map((test) => test.meta().ran).find((value) => value !== undefined)
  if (ran === undefined) return undefined
  const checks = modules.map((module) => [nameOf(module), checkOf(module)] as const)
  const wrong = tests.flatMap((test) => {
    const { stockKernel } = test.meta()
    return stockKernel === undefined ? [] : [[test.name, stockKernel] as const]
  })
  return {
    ...ran,
    date: new Date().toISOString().slice(0, 10),
    seconds: Math.round(modules.reduce((sum, module) => sum + module.diagnostic().duration, 0) / 1000),
    checks: Object.fromEntries(checks.toSorted(([a], [b]) => a.localeCompare(b))),
    stockKernels: Object.fromEntries(wrong.toSorted(([a], [b]) => a.localeCompare(b))),
  }
}

/** The part that must be the same in every run on every machine; figures, dates and devices are not. */
export function structureOf({ checks, stockKernels }: ProjectResult): object {
  const counts = Object.entries(checks).map(([name, { largestError: _, ...counts }]) => [name, counts])
  const kernels = Object.entries(stockKernels).map(([name, { stock: _, ...note }]) => [name, note])
  return { checks: Object.fromEntries(counts), stockKernels: Object.fromEntries(kernels) }
}

function nameOf({ moduleId }: TestModule): string {
  return moduleId.replace(/^.*\//, '').replace(/\.test\.ts$/, '')
}

function checkOf(module: TestModule): Check {
  const tests = [...module.children.allTests()]
  const count = (state: string) => tests.filter((test) => test.result().state === state).length
  const knownWrong = tests.filter((test) => test.options.fails && test.result().state === 'passed').length
  const errors = tests.flatMap((test) => (test.options.fails ? [] : (test.meta().largestError ?? [])))
  const [failed, skipped] = [count('failed'), count('skipped')]
  return {
    passed: count('passed') - knownWrong,
    ...(knownWrong > 0 && { knownWrong }),
    ...(failed > 0 && { failed }),
    ...(skipped > 0 && { skipped }),
    ...(errors.length > 0 && { largestError: Number(Math.max(...errors).toPrecision(1)) }),
  }
}
