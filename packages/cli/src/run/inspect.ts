// The program of `ae inspect`.
import type { Store } from '@ae/core'
import { printable } from '@ae/core/internal'
import { inspect } from '@ae/models'
import { type ForeignFile, isFolderOfShards, layersOf, readForeign } from '../foreign-files.ts'
import { isModelFile, storeOf } from '../open-model.ts'
import { tableOf } from '../text-table.ts'
import type { Run } from '../verb.ts'

const verb = 'ae inspect'

/** Prints what a file holds, as text or as JSON. */
export const run: Run = async ({ file, json, key }, io) => {
  const source = String(file)
  const named = { verb, name: source, key: key as string | undefined }
  let text: string
  if (source !== '-' && (await isFolderOfShards(source))) {
    text = described(source, await readForeign({ ...named, bytes: undefined }), json === true)
  } else {
    const store = await storeOf(source, verb, io)
    const beginning = await startOf(store)
    if (isModelFile(beginning)) {
      const inspection = await inspect(store)
      text = json ? JSON.stringify(inspection, null, 2) : String(inspection)
    } else {
      text = described(source, await readForeign({ ...named, bytes: await store.read() }), json === true)
    }
  }
  io.stdout.write(`${text}\n`)
  return 0
}

/** The header of most files; of a longer one its beginning tells enough. */
function startOf(store: Store): Promise<Uint8Array> {
  return store.readStart?.(65_536) ?? store.read()
}

/** Weights by their names and shapes. */
function described(source: string, file: ForeignFile, isJson: boolean): string {
  const { what } = file
  const tensors = tensorsOf(file)
  const parameters = tensors.reduce((sum, { shape }) => sum + shape.reduce((product, length) => product * length, 1), 0)
  if (isJson) return JSON.stringify({ source, what, parameters, tensors }, null, 2)
  const rows = tensors.map(({ name, shape, dtype, layer }) => [
    printable(name, 60),
    `[${shape.join(', ')}]`,
    dtype ?? '',
    printable(layer ?? '', 30),
  ])
  return [
    `${source}: ${what}`,
    '',
    ...tableOf([['weight', 'shape', 'type', ''], ...rows]),
    '',
    `${parameters} numbers. \`ae convert\` makes a model of them.`,
  ].join('\n')
}

function tensorsOf({ tensors, keras }: ForeignFile) {
  if (tensors !== undefined)
    return [...tensors].map(([name, { shape, dtype }]) => ({ name, shape, dtype, layer: undefined }))
  return [...layersOf(keras)].flatMap((layer) =>
    [...layer.tensors].map(([key, { shape, dtype }]) => ({
      name: `${layer.name}/${key}`,
      shape,
      dtype,
      layer: layer.className,
    })),
  )
}
