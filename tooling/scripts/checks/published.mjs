// Checks what npm would publish: publint and "are the types wrong" on every packed package.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pnpm, run, tool } from '../workspace.mjs'

/** What every package has besides its program. */
const expected = ['LICENSE', 'README.md']

/** @type {import('../checks.mjs').Check} */
export async function published() {
  const folder = mkdtempSync(join(tmpdir(), 'ae-packed-'))
  try {
    const packed = await run([...pnpm(), '--filter', './packages/*', 'pack', '--json', '--pack-destination', folder])
    if (packed.code !== 0) return [`pnpm pack\n${packed.output}`]
    const problems = []
    for (const { name, filename } of JSON.parse(packed.stdout)) {
      const { output } = await run(['tar', '-tzf', filename]) // the list of pnpm leaves out what it adds itself
      const paths = output.split('\n')
      for (const path of expected) if (!paths.includes(`package/${path}`)) problems.push(`${name} has no ${path}`)
      problems.push(...(await problemsOf(filename)))
    }
    return problems
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** @param {string} tarball */
async function problemsOf(tarball) {
  const lines = [
    [...tool('publint'), 'run', tarball, '--strict'],
    // Packages that only have `exports` do not support Node 10's resolution.
    [...tool('@arethetypeswrong/cli', 'attw'), tarball, '--profile', 'node16', '--no-emoji', '--no-color'],
  ]
  const results = await Promise.all(lines.map((line) => run(line)))
  return results.filter(({ code }) => code !== 0).map(({ output }) => output)
}
