// Every block of code in the docs: what each language's blocks are held to. The guides and pages that run have tests of their own.
import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { type Block, blocks } from './blocks.ts'
import { freeNames } from './free-names.ts'
import { namesGiven } from './names-given.ts'
import { typeErrors } from './type-check.ts'

const all = blocks().filter(({ page }) => !page.startsWith('docs/recipes/')) // @ae/recipes runs these
const folder = join(import.meta.dirname, '../.blocks')
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** The programs of a block: itself, or the scripts of a page. */
const scripts = { ts: whole, js: whole, html: scriptsOf } as const

test('every program and every piece of one compiles against the types of the packages', () => {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder)
  const sources = namesGiven()
  const places = new Map<string, string>()
  for (const block of all) {
    if (block.page.startsWith('docs/guides/') && block.language === 'ts') continue // whole programs: guides.test.ts
    if (block.page.startsWith('docs/recipes/')) continue // run as printed: tooling/recipes and the consumers
    const programs = (scripts as Record<string, (block: Block) => readonly string[]>)[block.language]?.(block) ?? []
    for (const [index, code] of programs.entries()) {
      const file = join(folder, `${block.place.replaceAll(/\W/g, '-')}-${index}.ts`)
      places.set(file, block.place)
      writeFileSync(file, `${given(code, sources)}\n${code}\nexport {}\n`)
    }
  }
  expect(places.size).toBeGreaterThan(50)
  const errors = typeErrors([...places.keys()], { noUncheckedIndexedAccess: false, noUnusedLocals: false })
  const inBlocks = errors.flatMap((line) => {
    const [, file = '', number = '', text = ''] = /^(.*?\.ts):(\d+) (.*)$/s.exec(line) ?? []
    const [page, first] = (places.get(file) ?? '').split(':')
    return first === undefined ? [] : [`${page}:${Number(first) + Number(number) - 2} ${text}`] // the first line of a file has its imports
  })
  expect(inBlocks).toEqual([])
})

test('every JSON block is JSON', () => {
  const broken = all.filter(({ language, code }) => language === 'json' && !isJson(code))
  expect(broken.map(({ place }) => place)).toEqual([])
})

test('every Python block is Python', (context) => {
  const programs = all.filter(({ language }) => language === 'python').map(({ code }) => code)
  try {
    execFileSync('python3', ['-c', 'import ast, json, sys; [ast.parse(text) for text in json.load(sys.stdin)]'], {
      input: JSON.stringify(programs),
    })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    context.skip('skipped: Python blocks, because python3 is not installed, enable with: apt-get install python3')
  }
})

test('every block names a language that something checks', () => {
  const checked = ['ts', 'js', 'html', 'json', 'python', 'sh', 'text', 'dockerfile', 'jsx', 'vue', 'svelte']
  expect(all.filter(({ language }) => !checked.includes(language)).map(({ place }) => place)).toEqual([])
})

function whole({ code }: Block): readonly string[] {
  return [code]
}

function scriptsOf({ code }: Block): readonly string[] {
  return [...code.matchAll(/<script type="module">\n(.*?)<\/script>/gs)].map(([, text = '']) => text)
}

/** One line with the imports of what a piece uses without saying where from. */
function given(code: string, sources: ReadonlyMap<string, string>): string {
  return freeNames(code)
    .filter((name) => sources.has(name))
    .map((name) => `import { ${name} } from '${sources.get(name)}'; `)
    .join('')
}

function isJson(code: string): boolean {
  try {
    JSON.parse(code)
    return true
  } catch {
    return false
  }
}
