// The guides of docs/guides: the text and the program of each.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { codeBlocks } from '../../scripts/code-blocks.mjs'

/** The folder with the guides. */
export const folder = join(import.meta.dirname, '../../../docs/guides')

/** One page of docs/guides. */
export interface Guide {
  /** The file's name without its ending, e.g. `vae`. */
  readonly name: string
  readonly text: string
  /** Its TypeScript blocks, concatenated. */
  readonly program: string
}

/** All guides, sorted by name. */
export function guides(): readonly Guide[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.md'))
    .sort()
    .map((file) => {
      const text = readFileSync(join(folder, file), 'utf8')
      const blocks = codeBlocks(text).filter(({ language }) => language === 'ts')
      return { name: file.slice(0, -'.md'.length), text, program: blocks.map(({ code }) => code).join('\n') }
    })
}

/** The program with a thousand images instead of all of them, and one epoch instead of many. */
export function inSmall(program: string): string {
  return program
    .replaceAll(/(mnist|fashionMnist)\(\{ split: '(train|test)' \}\)/g, "$1({ split: '$2', limit: 1024 })")
    .replaceAll(/epochs: \d+/g, 'epochs: 1')
}
