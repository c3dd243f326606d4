import { vae } from '@ae/models'
import { serveTraining, wasm } from '@ae/web'

serveTraining({ models: [vae], backends: [wasm] })
