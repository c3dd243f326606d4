// How every package is tested in Node: sources of the other packages are used directly, so nothing must be built first.
import { defaultServerConditions } from 'vite'
import { defineConfig, type ViteUserConfig } from 'vitest/config'

/** The test configuration of one package; `overrides` are merged into `test`. */
export function defineTests(overrides: ViteUserConfig['test'] = {}): ViteUserConfig {
  return defineConfig({
    resolve: { conditions: ['@ae/source', ...defaultServerConditions] },
    ssr: { resolve: { conditions: ['@ae/source', ...defaultServerConditions] } },
    test: {
      include: ['src/**/*.test.ts'],
      typecheck: { enabled: true, include: ['src/**/*.test-d.ts'], tsconfig: './tsconfig.json' },
      reporters: ['default', ['json', { outputFile: '.vitest/node.json' }]],
      testTimeout: 60_000,
      pool: 'forks',
      maxWorkers: 2,
      ...overrides,
    },
  })
}
