// The completions as the shells give them: each runs the script that `ae completion` prints.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ae } from './testing/ae.ts'

let folder: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ae-completion-'))
  writeFileSync(join(folder, 'my model.safetensors'), '')
  for (const shell of ['bash', 'zsh', 'fish']) {
    writeFileSync(join(folder, `ae.${shell}`), (await ae(['completion', shell])).stdout)
  }
}, 240_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** What a shell completes at the end of each line. */
type Complete = (lines: readonly string[]) => readonly (readonly string[])[]

const run = (command: string, args: readonly string[]) => {
  const { stdout, stderr, error } = spawnSync(command, args, { cwd: folder, encoding: 'utf8', timeout: 60_000 })
  if (error !== undefined) throw error
  expect(stderr).toBe('')
  return stdout
}

/** Lines between lines of `--`. */
const blocksOf = (text: string) =>
  text
    .split('--\n')
    .slice(0, -1)
    .map((block) => block.split('\n').filter((line) => line !== ''))

const shells: Readonly<Record<string, Complete>> = {
  bash(lines) {
    const each = lines.map((line) => {
      const words = line.split(' ')
      const array = words.map((word) => `'${word}'`).join(' ')
      return `COMP_WORDS=(${array}); COMP_CWORD=${words.length - 1}; _ae; printf '%s\\n' "\${COMPREPLY[@]}" --`
    })
    return blocksOf(run('bash', ['--norc', '-c', ['source ae.bash', ...each].join('\n')]))
  },
  // A shell on a terminal of its own, where the keys are typed; python3 is needed for that.
  zsh: (lines) => blocksOf(run('python3', [join(import.meta.dirname, 'testing/complete.py'), ...lines])),
  fish(lines) {
    const each = lines.map((line) => `complete -C '${line}'; printf '%s\\n' --`)
    const blocks = blocksOf(run('fish', ['--no-config', '-c', ['source ae.fish', ...each].join('\n')]))
    return blocks.map((words) => words.map((word) => word.split('\t')[0] ?? ''))
  },
}

const isThere = (command: string) => spawnSync(command, ['--version']).error === undefined

test.each(Object.entries(shells))('%s completes verbs, flags, choices and files', (shell, complete) => {
  const missing = (shell === 'zsh' ? ['zsh', 'python3'] : [shell]).filter((command) => !isThere(command))
  if (missing.length > 0) {
    console.log(`skipped: completion by ${shell}, because there is no ${missing}, enable with: install it`)
    return
  }
  // Bash takes names of files itself where a function gives none, and knows how to quote them.
  const file = shell === 'bash' ? [] : [expect.stringMatching(/^my\\? model\.safetensors$/)]
  const expected: Readonly<Record<string, readonly unknown[]>> = {
    'ae insp': ['inspect'],
    'ae train --batch': [expect.stringMatching(/^--batch-size=?$/)],
    'ae train --dataset fash': ['fashion-mnist'],
    'ae completion f': ['fish'],
    'ae help insp': ['inspect'],
    'ae inspect my': file,
  }
  expect(complete(Object.keys(expected))).toEqual(Object.values(expected))
})

test('bash completes files itself where the script gives no words', () => {
  expect(run('bash', ['--norc', '-c', 'source ae.bash; complete -p ae'])).toContain('-o default')
})
