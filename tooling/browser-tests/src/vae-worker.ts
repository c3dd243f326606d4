// The worker's file of the tests; this is all of it.
import { vae } from '@ae/models'
import { serveTraining, wasm, webglBackend, webgpuBackend } from '@ae/web'

const backends = {
  wasm,
  webgl: webglBackend({ softwareAdapter: 'accept' }),
  webgpu: webgpuBackend({ softwareAdapter: 'accept' }),
}
const name = /backend=(\w+)/.exec(location.search)?.[1] ?? 'wasm'

serveTraining({ models: [vae], backends: [backends[name as keyof typeof backends]] })
