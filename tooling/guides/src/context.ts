// What pieces of programs in the docs take as given, by the names that they use. Only the types matter: this never runs.
import { checkpointEvery } from '@ae/core'
import { mnist } from '@ae/datasets'
import { csvLog, type TfjsCallbacks, tensorBoard } from '@ae/logs'
import type { MeasureProgress } from '@ae/metrics'
import { manifold as decodedPlane, interpolate, traverse, vae } from '@ae/models'

export { writeFileSync } from 'node:fs'
export { open } from 'node:fs/promises'
export * as tf from '@tensorflow/tfjs-core'

export const digits = await mnist({ split: 'train' })
export const test = await mnist({ split: 'test' })
export const validation = await mnist({ split: 'test', limit: 1000 })
export const model = vae({ inputShape: digits.shape, latentSize: 20, hidden: [400], seed: 1 })
export const images = model.sample(64)
export const samples = model.sample(64)
export const [three, eight] = [model.sample(1), model.sample(1)]
export const walk = interpolate(model, three, eight, { steps: 9 })
export const traversal = traverse(model, { latents: [0, 1] })
export const manifold = decodedPlane(model)
export const codes = model.encode(images)
export const labels = new Uint8Array(64)
export const [scores, otherScores] = [new Float32Array(64), new Float32Array(64)]
export const limit = 120
export const step = 0
export const checkpoint = checkpointEvery('runs/vae', { steps: 500 })
export const log = csvLog('vae.csv')
export const board = tensorBoard('runs/vae')
export const { signal } = new AbortController()
export const onProgress = (progress: MeasureProgress) => console.log(progress)
export const start = () => new Worker(new URL('./training-worker.ts', import.meta.url), { type: 'module' })
export declare const chart: { add(step: number, value: number | undefined): void }
export declare const canvas: HTMLCanvasElement
export declare const video: HTMLVideoElement
export declare const image: HTMLImageElement
export declare const picture: File
export declare const input: HTMLInputElement
export declare const tfvis: { show: { fitCallbacks(...settings: unknown[]): TfjsCallbacks } }
export declare const link: HTMLAnchorElement

declare global {
  interface Window {
    /** Chromium has it; the types of TypeScript do not. */
    showDirectoryPicker(options?: { mode: 'read' | 'readwrite' }): Promise<FileSystemDirectoryHandle>
  }
}
