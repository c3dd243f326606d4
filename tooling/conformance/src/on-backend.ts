// The backend under test in this process or page, and what the suite must know about its environment.
import { type Availability, type Backend, type BackendReport, selectBackend } from '@ae/core'
import { env } from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, inject } from 'vitest'
import { backends } from '#backends'

/** The name of the project: the backend's, and where it runs if not in Node. */
const project = inject('project')

const absent: Backend = {
  name: inject('backend'),
  isAvailable: async () => ({ ok: false, reason: inject('absent') }),
  activate: () => Promise.reject(new Error(inject('absent'))),
}

/** The backend under test. */
export const backend: Backend = backends.find(({ name }) => name === inject('backend')) ?? absent

/** Its name in tfjs, e.g. for its kernels. */
export const tfjsName: string = backend.name === 'native' ? 'tensorflow' : backend.name

/** Whether it can run here. */
export const availability: Availability = await backend.isAvailable()

if (!availability.ok) {
  const fix = availability.fix === undefined ? '' : `; enable with: ${availability.fix}`
  console.log(`skipped: conformance of ${project}: ${availability.reason}${fix}`)
}

/** Whether a software GPU computes on the CPU: then every dispatch takes a millisecond or more. */
export const inSoftware: boolean = availability.ok && /software|swiftshader/i.test(availability.device)

/** A `describe` whose tests run on the backend under test, or are skipped if it is absent. */
export function onBackend(title: string, body: () => void): void {
  describe.skipIf(!availability.ok)(`${project}: ${title}`, () => {
    beforeAll(activate)
    body()
  })
}

/** Makes the backend under test the active one, also after a different one was. */
export function activate(): Promise<BackendReport> {
  return selectBackend(backend)
}

/**
 * Lets a software adapter compute small matrix products with WebGPU's program for large ones, because the one for small products
 * takes 0.1 s each there. For tests that do not depend on the program.
 */
export function hastenProducts(): void {
  if (inSoftware && backend.name === 'webgpu') withFlags({ WEBGPU_MATMUL_PROGRAM_TYPE: 3 })
}

/** Keeps tfjs from computing small tensors on the CPU, so that the device under test computes everything. */
export function onDeviceOnly(): void {
  if (backend.name === 'webgpu') withFlags({ WEBGPU_CPU_FORWARD: false })
  if (backend.name === 'webgl') withFlags({ WEBGL_CPU_FORWARD: false })
}

/** Sets flags of tfjs for the tests of a `describe`: in a page, files share them. */
function withFlags(flags: Readonly<Record<string, number | boolean | string>>): void {
  const before: Record<string, number | boolean | string> = {}
  beforeAll(() => {
    for (const [name, value] of Object.entries(flags)) {
      before[name] = env().get(name)
      env().set(name, value)
    }
  })
  afterAll(() => {
    for (const [name, value] of Object.entries(before)) env().set(name, value)
  })
}
