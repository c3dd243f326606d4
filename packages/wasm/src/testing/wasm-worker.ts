// A Worker that activates `wasm` and posts what runs, or why nothing does.
import { selectBackend } from '@ae/core'
import { wasm } from '../index.ts'

selectBackend(wasm).then(postMessage, (error: Error) => postMessage(error.message))
