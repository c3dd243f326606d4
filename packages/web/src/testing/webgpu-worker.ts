// A Worker that activates `webgpu` and posts what runs, or why nothing does.
import { selectBackend } from '@ae/core'
import { webgpuBackend } from '../webgpu.ts'

const software = webgpuBackend({ softwareAdapter: 'accept' })
selectBackend(software).then(postMessage, (error: Error) => postMessage(error.message))
