// One project per backend, because tfjs has one backend per process or page: `vitest run --project wasm` runs the suite on one.
import { defaultClientConditions } from 'vite'
import type { TestProjectInlineConfiguration } from 'vitest/config'
import { findChromium, howToGetChromium } from '../library/chromium.ts'
import { softwareVulkan } from '../library/software-vulkan.ts'
import { defineTests, inChromium } from '../library/vitest.ts'
import { conformanceReporter } from './report/reporter.ts'

const chromium = findChromium()
/** Files that some projects leave out. */
const leftOut = {
  // The kernels that models run are the same everywhere.
  unlessCpu: ['src/coverage.test.ts'],
  // The memory of the process.
  inPage: ['src/process-memory.test.ts'],
  inPageOn: {
    // Files of one page share a backend, whose stock kernels @ae/wasm has already replaced.
    wasm: ['src/stock-kernels.test.ts'],
    // It takes a minute, and webgpu in Node tests the same programs.
    webgpu: ['src/training-full.test.ts'],
    webgl: [],
  },
}

const base = defineTests()

export default defineTests({
  // WebGPU on a software adapter is slow.
  testTimeout: 240_000,
  hookTimeout: 120_000, // starting a backend, on a busy machine
  reporters: [...[base.test?.reporters ?? []].flat(), conformanceReporter()],
  projects: [...['cpu', 'native', 'wasm', 'webgpu'].map(inNode), ...(['wasm', 'webgl', 'webgpu'] as const).map(inPage)],
})

function inNode(backend: string): TestProjectInlineConfiguration {
  return {
    extends: true,
    test: {
      name: backend,
      exclude: backend === 'cpu' ? [] : leftOut.unlessCpu,
      provide: { backend, project: backend, absent: '' },
      env: softwareVulkan(),
      execArgv: ['--expose-gc'],
    },
  }
}

function inPage(backend: keyof typeof leftOut.inPageOn): TestProjectInlineConfiguration {
  const project = `${backend} in Chromium`
  const common = {
    name: project,
    include: ['src/**/*.test.ts'],
    exclude: [...leftOut.unlessCpu, ...leftOut.inPage, ...leftOut.inPageOn[backend]],
    testTimeout: 240_000,
    hookTimeout: 120_000, // starting a backend, on a busy machine
  }
  if (chromium === undefined) {
    const absent = `no Chromium was found; enable with: ${howToGetChromium}`
    return { extends: true, test: { ...common, provide: { backend: '', project, absent } } }
  }
  return {
    resolve: { conditions: ['@ae/source', ...defaultClientConditions] },
    optimizeDeps: { force: true },
    test: {
      ...common,
      provide: { backend, project, absent: '' },
      isolate: false, // one page: a device and its compiled programs serve every file
      ...inChromium(chromium),
    },
  }
}
