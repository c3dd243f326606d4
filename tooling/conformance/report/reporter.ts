// Compares a run with the page that an earlier run generated, docs/backends.md, or regenerates it (`vitest run --mode report`).
// Fails a run that skipped a backend not listed in allowed-skips.json, or in which nothing ran.
import { readFileSync, writeFileSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import type { Reporter, TestModule, Vitest } from 'vitest/node'
import { renderPage } from './page.ts'
import { type ProjectResult, type Results, resultOf, structureOf } from './results.ts'

const files = {
  results: new URL('../results.json', import.meta.url),
  page: new URL('../../../docs/backends.md', import.meta.url),
  allowed: new URL('../allowed-skips.json', import.meta.url),
}

/** The reporter; it ignores runs of single files or tests. */
export function conformanceReporter(): Reporter {
  let vitest: Vitest | undefined
  return {
    onInit(context) {
      vitest = context
    },
    async onTestRunEnd(modules) {
      const found = await wholeProjects(modules)
      if (vitest?.config.testNamePattern !== undefined || found.size === 0) return
      const results = [...found].map(([name, ran]) => [name, resultOf(ran)] as const)
      const complaints = [
        ...skipped(found),
        ...(vitest?.vite.config.mode === 'report' ? write(results) : outOfDate(results)),
        ...(results.every(([, result]) => result === undefined) ? ['No test ran: no backend is available.'] : []),
      ]
      for (const complaint of complaints) console.log(complaint)
      if (complaints.length > 0) process.exitCode = 1
    },
  }
}

/** The files of each project that ran as a whole, by its name. */
async function wholeProjects(modules: readonly TestModule[]): Promise<Map<string, readonly TestModule[]>> {
  const whole = new Map<string, readonly TestModule[]>()
  for (const project of new Set(modules.map((module) => module.project))) {
    const own = modules.filter((module) => module.project === project)
    const { testFiles } = await project.globTestFiles()
    const name = project.name.replace(/ \(chromium\)$/, '') // which vitest adds
    if (own.length === testFiles.length) whole.set(name, own)
  }
  return whole
}

/** Backends with skipped tests; they are complaints only if the list must hold. */
function skipped(found: ReadonlyMap<string, readonly TestModule[]>): string[] {
  const allowed = readJson<Record<string, string>>(files.allowed)
  return [...found].flatMap(([name, modules]) => {
    const tests = modules.flatMap(({ children }) => [...children.allTests()])
    const count = tests.filter((test) => test.result().state === 'skipped').length
    if (count === 0) return []
    if (count < tests.length) return [`${count} of ${tests.length} tests of ${name} were skipped, the others ran`]
    const reason = allowed[name]
    const listed = reason === undefined ? 'is not in allowed-skips.json' : `allowed, since ${reason}`
    const line = `skipped: ${count} of ${tests.length} tests of ${name}: ${listed}`
    if (reason === undefined && process.env.AE_SKIPS === 'listed') return [`${line}; it must run here`]
    console.log(line)
    return []
  })
}

type Found = readonly (readonly [project: string, result: ProjectResult | undefined])[]

function write(found: Found): string[] {
  const fresh = Object.fromEntries(found.filter(([, result]) => result !== undefined))
  const results = { ...readJson<Results>(files.results), ...fresh } as Results
  writeFileSync(files.results, `${JSON.stringify(results, undefined, 2)}\n`)
  writeFileSync(files.page, renderPage(results))
  return []
}

function outOfDate(found: Found): string[] {
  const results = readJson<Results>(files.results)
  const changed = found.flatMap(([name, result]) => {
    const kept = results[name]
    if (result === undefined || (kept && isDeepStrictEqual(structureOf(result), structureOf(kept)))) return []
    return [name]
  })
  if (readFileSync(files.page, 'utf8') !== renderPage(results)) changed.push('its text')
  if (changed.length === 0) return []
  return [`docs/backends.md is out of date (${changed.join(', ')}): run pnpm --filter @ae/conformance report`]
}

function readJson<value>(path: URL): value {
  return JSON.parse(readFileSync(path, 'utf8')) as value
}
