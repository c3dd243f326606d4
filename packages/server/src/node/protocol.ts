// The messages between the thread that speaks HTTP and the one that computes.
import { AutoencoderError } from '@ae/core'
import type { Job, ModelCard, Reply } from '../jobs/job.ts'
import type { ComputerSettings, ModelSource } from './computer.ts'

/** What the thread is started with. */
export type Settings = ComputerSettings

/** What the thread is asked to do. */
export type Command =
  | { readonly load: string; readonly source: ModelSource }
  | { readonly run: string; readonly jobs: readonly Job[] }

/** To the thread; each is answered by an {@link Answer} of its number. */
export type Order = Command & { readonly id: number }

/** From the thread. */
export type Answer =
  | { readonly id: number; readonly card: ModelCard }
  | { readonly id: number; readonly replies: readonly Reply[] }
  | { readonly id: number; readonly failure: Failure }
  | { readonly device: string }
  | { readonly report: string }

/** An error as plain data. */
export interface Failure {
  readonly name: string
  readonly message: string
  readonly isDesigned: boolean
  readonly fix: string | undefined
}

/** An error as plain data. */
export function failureOf(error: unknown): Failure {
  const { name, message } = error instanceof Error ? error : new Error(String(error))
  const isDesigned = AutoencoderError.isInstance(error)
  return { name, message, isDesigned, fix: isDesigned ? error.fix : undefined }
}

/** The error again. */
export function errorOf({ name, message, isDesigned, fix }: Failure): Error {
  if (!isDesigned) return Object.assign(new Error(message), { name })
  const error = new AutoencoderError('', { fix })
  return Object.assign(error, { name, message })
}
