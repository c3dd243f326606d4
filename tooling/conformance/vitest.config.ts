// One project a backend, since tfjs has one backend a process: `vitest run --project wasm` runs the suite on one.
import type { Reporter } from 'vitest/node'
import { softwareVulkan } from '../library/software-vulkan.ts'
import { defineTests } from '../library/vitest.ts'

/** Fails a run in which no test ran, because every backend that was asked for is absent. */
const somethingRan: Reporter = {
  onTestRunEnd(modules) {
    const tests = modules.flatMap(({ children }) => [...children.allTests()])
    if (tests.some((test) => test.result().state !== 'skipped')) return
    console.log('No test ran: none of the backends is available.')
    process.exitCode = 1
  },
}

const base = defineTests()

export default defineTests({
  // WebGPU on a software adapter takes its time.
  testTimeout: 240_000,
  reporters: [...[base.test?.reporters ?? []].flat(), somethingRan],
  projects: ['cpu', 'wasm', 'webgpu'].map((backend) => ({
    extends: true,
    test: { name: backend, env: { AE_BACKEND: backend, ...softwareVulkan() }, execArgv: ['--expose-gc'] },
  })),
})
