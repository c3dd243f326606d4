// The program of `ae probe`.
import { AutoencoderError } from '@ae/core'
import { probe, tellParent } from '@ae/node-gpu/internal'
import { candidates } from '../try-backends.ts'
import type { Run } from '../verb.ts'

/** Tries a backend in this process. */
export const run: Run = async ({ backend, seconds }) => {
  const candidate = candidates[String(backend)]
  if (candidate === undefined) throw new AutoencoderError(`There is no backend ${backend}.`)
  await probe(candidate, { seconds: Number(seconds), models: () => import('@ae/models') }, tellParent)
  return 0
}
