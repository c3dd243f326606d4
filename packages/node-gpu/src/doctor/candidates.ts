// The backends that the doctor tries, and the packages each consists of.
import type { Backend } from '@ae/core'
import { cuda } from '../tensorflow/cuda.ts'
import { native } from '../tensorflow/native.ts'
import { webgpu } from '../webgpu.ts'
import { importIfInstalled } from './packages.ts'

/** A backend that can be tried. */
export interface Candidate {
  /** Its packages, each with the package that depends on it; undefined where that is this one. */
  readonly packages: Readonly<Record<string, string | undefined>>
  /**
   * Loads the backend's value.
   *
   * @returns the package that must be installed first, where it is absent
   */
  load(): Promise<Backend | { readonly missing: string }>
}

/** By name, in the order of preference. */
export type Candidates = Readonly<Record<string, Candidate>>

/** All backends that compute in Node. */
export const candidates: Candidates = {
  cuda: { packages: { '@tensorflow/tfjs-node-gpu': undefined }, load: async () => cuda },
  native: { packages: { '@tensorflow/tfjs-node': undefined }, load: async () => native },
  webgpu: {
    packages: { webgpu: undefined, '@tensorflow/tfjs-backend-webgpu': '@ae/webgpu' },
    load: async () => webgpu,
  },
  wasm: {
    packages: { '@ae/wasm': undefined, '@tensorflow/tfjs-backend-wasm': '@ae/wasm' },
    load: async () => (await importIfInstalled('@ae/wasm', () => import('@ae/wasm')))?.wasm ?? { missing: '@ae/wasm' },
  },
}
