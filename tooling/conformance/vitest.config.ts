// One project a backend, since tfjs has one backend a process or page: `vitest run --project wasm` runs the suite on one.
import { defaultClientConditions } from 'vite'
import type { TestProjectInlineConfiguration } from 'vitest/config'
import { findChromium, howToGetChromium } from '../library/chromium.ts'
import { softwareVulkan } from '../library/software-vulkan.ts'
import { defineTests, inChromium } from '../library/vitest.ts'

const chromium = findChromium()
/** What is about the process alone, and what a page only repeats. */
const nodeOnly = ['src/process-memory.test.ts']

export default defineTests({
  // WebGPU on a software adapter takes its time.
  testTimeout: 240_000,
  projects: [...['cpu', 'native', 'wasm', 'webgpu'].map(inNode), ...['wasm', 'webgl', 'webgpu'].map(inPage)],
})

function inNode(backend: string): TestProjectInlineConfiguration {
  return {
    extends: true,
    test: {
      name: backend,
      provide: { backend, project: backend, absent: '' },
      env: softwareVulkan(),
      execArgv: ['--expose-gc'],
    },
  }
}

function inPage(backend: string): TestProjectInlineConfiguration {
  const project = `${backend} in Chromium`
  const common = { name: project, include: ['src/**/*.test.ts'], exclude: nodeOnly, testTimeout: 240_000 }
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
