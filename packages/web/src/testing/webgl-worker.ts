// A Worker that activates `webgl` and posts what runs, or why nothing does.
import { selectBackend } from '@ae/core'
import { webgl } from './software-webgl.ts'

selectBackend(webgl).then(postMessage, (error: Error) => postMessage(error.message))
