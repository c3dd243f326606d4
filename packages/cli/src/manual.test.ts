import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { ae } from './testing/ae.ts'
import { flagsOf } from './verb-flags.ts'
import { verbs } from './verbs.ts'

test.each([
  ['the manual page', ['man'], (name: string) => `\\-\\-${name.replaceAll('-', '\\-')}`],
  ['the Markdown', ['man', '--markdown'], (name: string) => `--${name}`],
])('%s names every verb, flag and example', async (_title, args, written) => {
  const { code, stdout } = await ae(args)
  expect(code).toBe(0)
  for (const verb of verbs) {
    expect(stdout).toContain(`ae ${verb.name}`)
    for (const { name } of await flagsOf(verb)) expect(stdout).toContain(written(name))
  }
})

test.each([
  ['mandoc', ['-T', 'lint', '-W', 'warning']],
  ['groff', ['-man', '-Tutf8', '-ww', '-z']],
])('%s finds nothing wrong with the manual page', async (command, args) => {
  const { stdout } = await ae(['man'])
  const { error, stdout: output, stderr } = spawnSync(command, args, { input: stdout, encoding: 'utf8' })
  if (error !== undefined) {
    console.log(`skipped: lint of the manual page, because there is no ${command}, enable with: install it`)
    return
  }
  const undated = /^mandoc: .*missing date.*\n/ // a build of the same sources is the same on every day
  expect(`${output}${stderr}`.replace(undated, '')).toBe('')
})

test('man shows a line that begins with a point, and backslashes, as they are', async () => {
  const { stdout } = await ae(['man'])
  expect(stdout).not.toMatch(/^\.(?!TH|SH|SS|TP|B |I |RI|RB|br|nf|fi|PP)/m)
})
