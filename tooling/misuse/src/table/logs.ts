// The calls of @ae/logs.
import { type Logger, memory } from '@ae/core'
import * as logs from '@ae/logs'
import { type Call, call, place } from '../call.ts'
import * as kinds from '../kinds.ts'
import * as world from '../world.ts'

const { either, integer, isList, name, number, object, options, tensor } = kinds

const scalars: kinds.Kind = {
  name: 'numbers by name',
  isGood: (value) =>
    typeof value === 'object' && value !== null && Object.values(value).every((one) => typeof one === 'number'),
}
const record = place(object('a record', { step: integer(0), epoch: integer(0), time: number(), scalars }), {
  step: 1,
  epoch: 1,
  time: 0,
  scalars: { 'train/total': 1 },
})
const step = place(integer(0), 1)
const numbers: kinds.Kind = {
  name: 'numbers',
  isGood: (value) => isList(value) && value.length > 0 && Array.from(value).every(Number.isFinite),
}
const rows: kinds.Kind = {
  name: 'rows',
  isGood: (value) =>
    Array.isArray(value) &&
    value.length > 0 &&
    Array.from(value).every((row) => numbers.isGood(row) && row.length === value[0].length),
}
const labels: kinds.Kind = {
  name: 'two labels',
  isGood: (value) =>
    isList(value) &&
    value.length === 2 &&
    Array.from(value).every((one) => (typeof one === 'string' ? /^[^\t\r\n]+$/.test(one) : Number.isFinite(one))),
}
/** The beginning of a PNG file of 2 x 1 pixels, which is all that is looked at. */
const png = Uint8Array.from([
  ...[137, 80, 78, 71, 13, 10, 26, 10, 0, 0, 0, 13, 73, 72, 68, 82],
  ...[0, 0, 0, 2, 0, 0, 0, 1, 8, 0, 0, 0, 0],
])
const pngKind: kinds.Kind = { name: 'a PNG file', isGood: (value) => value === png }

/** A folder that keeps nothing. */
const folder = {
  kind: 'directory',
  name: 'logs',
  getDirectoryHandle: async () => folder,
  getFileHandle: async () => ({
    getFile: async () => new Blob([]),
    createWritable: async () => ({ write: async () => {}, close: async () => {}, abort: async () => {} }),
  }),
}

const written = (log: Logger) => (value: never) => log.write(value)
const printed = { print: () => {} }
const callback = {
  name: 'a function, or none',
  isGood: (value: unknown) => value === undefined || typeof value === 'function',
}

export const logCalls: readonly Call[] = [
  call('csvLog', [place(world.store, memory())], logs.csvLog),
  call('csvLog.write', [record], (value) => written(logs.csvLog(memory()))(value)),
  call('jsonLines', [place(world.store, memory())], logs.jsonLines),
  call('jsonLines.write', [record], (value) => written(logs.jsonLines(memory()))(value)),
  call('consoleLog', [place(options({ print: kinds.callback }), printed)], logs.consoleLog),
  call('consoleLog.write', [record], written(logs.consoleLog(printed))),
  call(
    'tfjsCallbacks',
    [
      place(
        object('callbacks', {
          onTrainBegin: callback,
          onTrainEnd: callback,
          onEpochBegin: callback,
          onEpochEnd: { name: 'a function', isGood: (value) => typeof value === 'function' },
          onBatchEnd: callback,
        }),
        { onEpochEnd: () => {} },
      ),
    ],
    logs.tfjsCallbacks,
  ),
  call('tfjsCallbacks.write', [record], (value) => written(logs.tfjsCallbacks({ onEpochEnd: () => {} }))(value)),
  call('tensorBoard', [place(world.store, memory())], logs.tensorBoard),
  call('tensorBoard.write', [record], (value) => written(logs.tensorBoard(memory()))(value)),
  call('tensorBoard.histogram', [place(name, 'weights'), place(numbers, [1, 2]), step], (...values) =>
    logs.tensorBoard(memory()).histogram(...(values as unknown as [string, number[], number])),
  ),
  call('tensorBoard.image', [place(name, 'samples'), place(pngKind, png), step], (...values) =>
    logs.tensorBoard(memory()).image(...(values as unknown as [string, Uint8Array, number])),
  ),
  call(
    'tensorBoard.embedding',
    [
      place(name, 'codes'),
      place(
        either(
          rows,
          tensor((shape) => shape.length === 2 && shape.every((n) => n > 0), 'any'),
        ),
        world.latents,
      ),
      place(
        options({
          step: integer(0),
          labels,
          images: object('images', { png: pngKind, height: kinds.count, width: kinds.count }),
        }),
        { labels: ['a', 'b'], images: { png, height: 1, width: 1 } },
      ),
    ],
    (...values) => logs.tensorBoard(folder as never).embedding(...(values as unknown as [string, never, never])),
  ),
]
