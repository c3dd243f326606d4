// Runs in a cross-origin isolated page, where tfjs would use its build with threads.
import { defineBrowserTests } from '../../tooling/library/vitest.ts'

const headers = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
}

export default defineBrowserTests([{ name: 'isolate', config: () => ({ server: { headers } }) }])
