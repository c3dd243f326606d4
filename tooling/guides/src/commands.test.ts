// Every command of `ae`, npm and pnpm in the docs: what it names exists. What each command does has tests in its own package.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { checkText } from '../../../packages/cli/src/read-settings.ts'
import type { Flag } from '../../../packages/cli/src/verb.ts'
import { knownVerbs } from '../../../packages/cli/src/verb-flags.ts'
import { verbs } from '../../../packages/cli/src/verbs.ts'
import { blocks, pages, root } from './blocks.ts'

const known = await knownVerbs(verbs)
const names = readdirSync(join(root, 'packages')).map((name) => `@ae/${name}`)

/** A command of a page, as the words of one line. */
interface Command {
  readonly place: string
  readonly words: readonly string[]
}

test('every command of `ae` has a verb, flags and values that exist', () => {
  const commands = [...inBlocks(), ...inText()].map(ofAe).filter((command) => command !== undefined)
  expect(commands.length).toBeGreaterThan(100)
  expect(commands.flatMap(problemsOf)).toEqual([])
})

test('every package that is installed with npm exists', () => {
  const installs = inBlocks().filter(({ words }) => words[0] === 'npm' && words[1] === 'install')
  const ours = installs.flatMap(({ place, words }) =>
    words.filter((word) => word.startsWith('@ae/')).map((word) => ({ place, word })),
  )
  expect(ours.length).toBeGreaterThan(20)
  expect(ours.filter(({ word }) => !names.includes(word.replace(/(?<=.)@.*/, '')))).toEqual([])
})

test('every script that is run with pnpm exists', () => {
  const scripts = new Map(
    ['.', 'bench', 'examples', ...['packages', 'tooling', 'apps'].flatMap(foldersOf)].map((folder) => {
      const manifest = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'))
      return [manifest.name as string, Object.keys(manifest.scripts ?? {})] as const
    }),
  )
  const missing = [...inBlocks(), ...inText()].filter(({ words }) => {
    const from = words.findIndex((word) => /^pnpm(@|$)/.test(word))
    if (from === -1 || words[0]?.startsWith('alias')) return false
    const rest = words.slice(from + 1).filter((word) => word !== 'run')
    const [script, name] = rest[0] === '--filter' ? [rest[2], rest[1] ?? ''] : [rest[0], 'ae']
    const ownCommands = ['changeset', 'exec', 'install', 'outdated', 'with-node']
    return (
      script !== undefined && !ownCommands.includes(script) && !scripts.get(name.replaceAll('"', ''))?.includes(script)
    )
  })
  expect(missing.map(({ place, words }) => `${place}: ${words.join(' ')}`)).toEqual([])
})

/** The commands of all blocks for a shell: lines, and what is between `|`, `&&` and `;`. */
function inBlocks(): readonly Command[] {
  return blocks()
    .filter(({ language }) => language === 'sh')
    .flatMap(({ place, code }) => commandsOf(place, code.replaceAll(/\\\n\s*/g, ' ')))
}

/** The commands that the text of a page names: `ae VERB ...` and `pnpm ...`. */
function inText(): readonly Command[] {
  return pages().flatMap((page) =>
    [...readFileSync(join(root, page), 'utf8').matchAll(/(?<!`)`((?:ae|pnpm) [^`\n]+)`/g)].flatMap(([, code = '']) =>
      commandsOf(page, code),
    ),
  )
}

function commandsOf(place: string, code: string): readonly Command[] {
  return code
    .split('\n')
    .flatMap((line) => partsOf(line).map((words) => ({ place, words: words[0] === '$' ? words.slice(1) : words })))
}

/** The words of each command of a line, without its comment and its redirections. */
function partsOf(line: string): readonly string[][] {
  const words = line.match(/'[^']*'|"[^"]*"|&&|\|\||[|;<>]|(?:[^\s'"|;<>&]|(?<=\w)[<>](?=\w))+/g) ?? []
  const parts: string[][] = [[]]
  let isPath = false
  for (const word of words) {
    if (word.startsWith('#')) break
    if (['&&', '||', '|', ';'].includes(word)) parts.push([])
    else if (word === '<' || word === '>') isPath = true
    else if (isPath) isPath = false
    else parts.at(-1)?.push(word.replaceAll(/^['"]|['"]$/g, ''))
  }
  return parts.filter(({ length }) => length > 0)
}

/** The words after `ae`, or nothing if it is a command of another program. */
function ofAe({ place, words }: Command): Command | undefined {
  const start = words.findIndex((word) => !/^\w+=/.test(word))
  const [first = '', second = ''] = words.slice(start)
  if (first === 'ae') return { place, words: words.slice(start + 1) }
  return first === 'npx' && second === '@ae/cli' ? { place, words: words.slice(start + 2) } : undefined
}

function problemsOf({ place, words: [name = '', ...words] }: Command): readonly string[] {
  if (name.startsWith('-') || name === 'help' || name === 'VERB') return []
  const verb = known.find((verb) => verb.name === name)
  if (verb === undefined) return [`${place}: there is no verb ${name}`]
  const problems: string[] = []
  for (let i = 0; i < words.length; i++) {
    const [, long, inline] = /^--([\w-]+)(?:=(.*))?$/.exec(words[i] ?? '') ?? []
    const short = /^-(\w)$/.exec(words[i] ?? '')?.[1]
    if (long === 'help' || short === 'h' || (long === undefined && short === undefined)) continue
    const flag = verb.flags.find((flag) => (long === undefined ? flag.short === short : flag.name === long))
    if (flag === undefined) problems.push(`${place}: ae ${name} has no flag ${words[i]}`)
    else if (flag.type !== 'flag') problems.push(...problemsOfValue(place, name, flag, inline ?? words[++i]))
  }
  return problems
}

function problemsOfValue(place: string, verb: string, flag: Flag, text: string | undefined): readonly string[] {
  if (text === undefined || /^[A-Z]+$|^<.*>$|^\.\.\.$/.test(text)) return [] // `--epochs EPOCHS`: a place for a value
  if (flag.choices !== undefined && !flag.choices.includes(text))
    return [`${place}: ae ${verb} --${flag.name} is not ${text}`]
  const check = checkText(flag, text)
  return 'value' in check ? [] : [`${place}: ae ${verb} --${flag.name} ${text}: expected ${check.expected}`]
}

function foldersOf(parent: string): readonly string[] {
  try {
    return readdirSync(join(root, parent))
      .filter((name) => !['biome', 'scripts'].includes(name))
      .map((name) => `${parent}/${name}`)
  } catch {
    return [] // not every checkout has it
  }
}
