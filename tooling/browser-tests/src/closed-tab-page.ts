// A page that trains with checkpoints in the browser until its test closes it.
import { checkpointEvery, type Folder, newestCheckpoint, readSafetensors, selectBackend } from '@ae/core'
import { indexedDbFolder, opfsFolder, wasm } from '@ae/web'
import { type Told, trainOn } from './interrupted-run.ts'

/** Where a page keeps checkpoints. */
export type Place = 'opfs' | 'indexedDb'

/** The interface that the test calls. */
export interface ClosedTabPage {
  /** Trains on, calling `tellTest` of the page; never answers where the page is closed. */
  train(place: Place, run: number): Promise<void>
  /** Trains without checkpoints. */
  trainUnbroken(): Promise<void>
  /** Reads every checkpoint; the names of all files, and the name of the newest whole checkpoint. */
  look(place: Place, run: number): Promise<{ readonly files: readonly string[]; readonly newest: string | undefined }>
}

/** The test's function: told before the page goes on. */
declare const tellTest: (told: Told) => Promise<void>

const folderOf = (place: Place, run: number): Folder =>
  place === 'opfs' ? opfsFolder(`runs/closed ${run}`) : indexedDbFolder(`closed ${run}`)

const closedTabPage: ClosedTabPage = {
  async train(place, run) {
    await selectBackend(wasm)
    await trainOn(checkpointEvery(folderOf(place, run), { steps: 7, keep: 3 }), tellTest)
  },
  async trainUnbroken() {
    await selectBackend(wasm)
    await trainOn(undefined, tellTest)
  },
  async look(place, run) {
    const folder = folderOf(place, run)
    const files = await folder.list()
    const whole = files.filter((name) => !name.endsWith('.tmp'))
    for (const name of whole) readSafetensors(await folder.file(name).read())
    return { files, newest: whole.length === 0 ? undefined : (await newestCheckpoint(folder)).name }
  },
}

Object.assign(globalThis, { closedTabPage })
