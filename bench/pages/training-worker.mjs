// The Worker of a page that trains with `trainInWorker`; the settings come from the Worker's name.
import { vae } from '@ae/models'
import { wasmBackend } from '@ae/wasm'
import { serveTraining } from '@ae/web'

serveTraining({ models: [vae], backends: [wasmBackend({ threads: JSON.parse(self.name).threads })] })
