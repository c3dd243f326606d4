// Checks what npm would publish: publint and "are the types wrong" on every packed package.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pnpm, publishedPackages, run, tool } from '../workspace.mjs'

/** @type {import('../checks.mjs').Check} */
export async function published() {
  const folder = mkdtempSync(join(tmpdir(), 'ae-packed-'))
  try {
    const problems = []
    for (const { name, folder: cwd } of publishedPackages()) {
      const packed = await run([...pnpm(), 'pack', '--pack-destination', folder], { cwd })
      if (packed.code !== 0) problems.push(`pnpm pack, ${name}\n${packed.output}`)
    }
    for (const tarball of readdirSync(folder)) problems.push(...(await problemsOf(join(folder, tarball))))
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
