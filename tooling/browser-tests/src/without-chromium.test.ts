import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { defineBrowserTests } from '../../library/vitest.ts'

const root = join(import.meta.dirname, '../../..')
const folders = ['packages', 'tooling']
  .flatMap((parent) => readdirSync(join(root, parent)).map((name) => join(parent, name)))
  .filter((folder) => existsSync(join(root, folder, 'vitest.browser.config.ts')))

test.each(folders)('without a Chromium the browser tests of %s are counted as skipped', (folder) => {
  const output = execFileSync(
    process.execPath,
    ['node_modules/vitest/vitest.mjs', 'run', '--config', 'vitest.browser.config.ts', '--reporter', 'dot'],
    { cwd: join(root, folder), env: { ...process.env, AE_CHROMIUM: 'none', NO_COLOR: '1' }, encoding: 'utf8' },
  )
  expect(output).toMatch(/^ *Tests +(\d+) skipped \(\1\)$/m)
})

test('a run without a Chromium ends with what would enable its tests', () => {
  vi.stubEnv('AE_CHROMIUM', 'none')
  const log = vi.spyOn(console, 'log').mockImplementation(() => undefined)
  const reporter = [defineBrowserTests().test?.reporters].flat().at(-1) as { onTestRunEnd(modules: unknown): void }
  reporter.onTestRunEnd([3, 4].map((count) => ({ children: { allTests: () => Array(count) } })))
  expect(log.mock.calls).toEqual([
    [
      'skipped: 7 browser tests, because no Chromium was found; enable with: apt-get install chromium (or npx playwright install chromium)',
    ],
  ])
})
