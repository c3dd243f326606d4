// A worker whose file is evaluated twice, as WebKit does when a chunk of its bundle imports it.
import { wasm } from '../index.ts'
import { serveTraining } from '../worker/serve-training.ts'
import { tinyKind } from './tiny-kind.ts'

const service = { models: [tinyKind], backends: [wasm] } as const
serveTraining(service)
serveTraining(service)
