// Several pictures one after the other, in a worker or in the caller's thread.
import { decodeImage, type ImageSettings } from './decode-image.ts'
import { PictureFault } from './picture.ts'
import { bytesOf, type Source } from './platform.ts'

/** Pictures to decode. */
export interface Job {
  readonly sources: readonly Source[]
  readonly settings: ImageSettings
}

/** A picture that cannot be decoded. */
export interface Fault {
  /** Which of the sources. */
  readonly index: number
  /** Why, e.g. `it is cut off`. */
  readonly reason: string
  readonly fix: string
}

/** Decoded pictures. */
export interface Decoded {
  /** One after the other, zeros where one is broken. */
  readonly values: Uint8Array<ArrayBuffer>
  readonly faults: readonly Fault[]
}

/** @param pause awaited after each picture, so that a page stays responsive */
export async function decodeBatch({ sources, settings }: Job, pause?: () => Promise<void>): Promise<Decoded> {
  const size = settings.width * settings.height * settings.channels
  const values = new Uint8Array(sources.length * size)
  const faults: Fault[] = []
  for (const [index, source] of sources.entries()) {
    try {
      values.set(await decodeImage(await bytesOf(source), settings), index * size)
    } catch (error) {
      faults.push({ index, ...describe(error) })
    }
    await pause?.()
  }
  return { values, faults }
}

/** Damaged data can also end in an error of the platform: a view beyond its bytes, or too little memory. */
function describe(error: unknown): Pick<Fault, 'reason' | 'fix'> {
  const fault = error instanceof PictureFault ? error : new PictureFault(`it is damaged (${error})`)
  return { reason: fault.message, fix: fault.fix }
}
