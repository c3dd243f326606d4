// How every package is tested, in Node and in a page. Sources of the other packages are used directly, so nothing has to be
// built first.
import { playwright } from '@vitest/browser-playwright'
import { defaultClientConditions, defaultServerConditions, type PluginOption } from 'vite'
import { defineConfig, type ViteUserConfig } from 'vitest/config'
import type { BrowserConfigOptions, Reporter, TestModule } from 'vitest/node'
import { chromiumFlags, findChromium, howToGetChromium } from './chromium.ts'

const browserTests = 'src/**/*.browser.test.ts'

/**
 * Settings from tooling/scripts/suites.mjs for a run that is concurrent with another: the path of its report, and one process
 * for its tests. A run on its own has two, for the cores of a small machine.
 */
const { AE_REPORT = '.vitest/node.json', AE_WORKERS = '2' } = process.env

/** The test configuration of one package; `overrides` are merged into `test`. */
export function defineTests(overrides: ViteUserConfig['test'] = {}): ViteUserConfig {
  return defineConfig({
    resolve: { conditions: ['@ae/source', ...defaultServerConditions] },
    ssr: { resolve: { conditions: ['@ae/source', ...defaultServerConditions] } },
    test: {
      include: ['src/**/*.test.ts'],
      exclude: [browserTests],
      typecheck: { enabled: true, include: ['src/**/*.test-d.ts'], tsconfig: './tsconfig.json' },
      reporters: ['default', ['json', { outputFile: AE_REPORT }]],
      testTimeout: 240_000, // a busy machine or a software GPU is not a failure
      // tfjs prints a greeting in every Node process that uses its `cpu` backend.
      onConsoleLog: (text) => !text.includes('you are running TensorFlow.js in Node.js'),
      pool: 'forks',
      maxWorkers: Number(AE_WORKERS),
      ...overrides,
    },
  })
}

/**
 * The browser-test configuration of one package: `*.browser.test.ts` in headless Chromium, served on the loopback address.
 *
 * Without a Chromium the tests are listed as skipped, in the report too, with what would enable them, and the run succeeds.
 * The files are then loaded in Node to count their tests, so only the tests themselves may touch the page.
 *
 * @param plugins Vite's, e.g. one that serves files to the page
 */
export function defineBrowserTests(plugins: PluginOption[] = []): ViteUserConfig {
  const executablePath = findChromium()
  const conditions = ['@ae/source', ...(executablePath ? defaultClientConditions : defaultServerConditions)]
  const report: Reporter[] = executablePath ? [] : [{ onTestRunEnd: announceSkips }]
  return defineConfig({
    plugins,
    resolve: { conditions },
    ssr: { resolve: { conditions } },
    // Discovers dependencies anew: one that the previous list lacks would reload the page during its tests.
    optimizeDeps: { force: true },
    test: {
      include: [browserTests],
      reporters: ['default', ['json', { outputFile: '.vitest/browser.json' }], ...report],
      testTimeout: 120_000,
      ...(executablePath ? inChromium(executablePath) : { testNamePattern: /(?!)/ }),
    },
  })
}

/**
 * What makes the tests of a project run in headless Chromium.
 *
 * @param executablePath of Chromium
 */
export function inChromium(executablePath: string): { browser: BrowserConfigOptions } {
  return {
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      fileParallelism: false,
      api: { host: '127.0.0.1' },
      provider: playwright({ launchOptions: { executablePath, args: [...chromiumFlags] } }),
      instances: [{ browser: 'chromium' }],
    },
  }
}

function announceSkips(modules: readonly TestModule[]): void {
  const count = modules.reduce((sum, { children }) => sum + [...children.allTests()].length, 0)
  console.log(`skipped: ${count} browser tests, because no Chromium was found; enable with: ${howToGetChromium}`)
}
