// The recipes of docs/recipes: the files and the commands of each, as printed.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import { codeBlocks } from '../../scripts/code-blocks.mjs'

const folder = join(import.meta.dirname, '../../../docs/recipes')

/** One page of docs/recipes. */
export interface Recipe {
  /** The file's name without its ending, e.g. `express`. */
  readonly name: string
  readonly text: string
  /** Its programs by the names in their first lines, such as `// server.mjs` or `<!-- App.vue -->`. */
  readonly files: Readonly<Record<string, string>>
  /** The lines of its `sh` blocks. */
  readonly commands: readonly string[]
}

/** @throws {Error} when there is no such recipe */
export function recipe(name: string): Recipe {
  const text = readFileSync(join(folder, `${name}.md`), 'utf8')
  const files: Record<string, string> = {}
  const commands: string[] = []
  for (const { language, code } of codeBlocks(text)) {
    const [, file] = /^(?:\/\/|<!--) ([\w./[\]-]+\.\w+)/.exec(code) ?? []
    if (file !== undefined) files[file] = code
    else if (language === 'sh') commands.push(...code.trim().split('\n'))
    else if (language !== 'text') throw new Error(`${name}.md has a program whose first line names no file:\n${code}`)
  }
  return { name, text, files, commands }
}

/**
 * A folder inside this package, so that the packages resolve, for the tests of one file.
 *
 * @returns its path
 */
export function scratchFolder(name: string): string {
  const path = join(import.meta.dirname, '../.runs', name)
  const remove = () => rmSync(path, { recursive: true, force: true })
  beforeAll(() => {
    remove()
    mkdirSync(path, { recursive: true })
  })
  afterAll(remove)
  return path
}

/** Writes the files of a recipe, changed where a test has to. */
export function writeFiles(
  target: string,
  files: Readonly<Record<string, string>>,
  change: (code: string) => string = (code) => code,
): void {
  for (const [file, code] of Object.entries(files)) {
    mkdirSync(dirname(join(target, file)), { recursive: true })
    writeFileSync(join(target, file), change(code))
  }
}
