// The tests of the built site. They steer a browser from Node.
import { defineTests } from '../../tooling/library/vitest.ts'

export default defineTests({
  include: ['e2e/**/*.test.ts'],
  typecheck: { enabled: false },
  reporters: ['default', ['json', { outputFile: '.vitest/browser.json' }]],
})
