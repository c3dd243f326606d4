// The events of TensorBoard (tensorboard/compat/proto/event.proto, summary.proto) as records of an event file (TFRecord:
// tensorflow/core/lib/io/record_writer.h). Scalars, histograms and images are of the first of TensorBoard's two kinds, as PyTorch
// writes them: of the second kind, the older of its two readers shows no scalars.
import { joinBytes } from '@ae/core/internal'
import { crc32c } from './crc32c.ts'
import { bytes, double, doubles, float, integer, text } from './protobuf.ts'

/** When an event happened. */
export interface Moment {
  /** Seconds since 1970. */
  readonly time: number
  /** Optimiser steps made in all. */
  readonly step: number
}

/** The counts of a histogram. */
export interface Bins {
  readonly minimum: number
  readonly maximum: number
  readonly sum: number
  readonly sumOfSquares: number
  /** The upper end of each bin, rising. */
  readonly limits: readonly number[]
  /** The number of values in each bin. */
  readonly counts: readonly number[]
}

/** A PNG file, and what its header says. */
export interface Png {
  readonly bytes: Uint8Array
  readonly height: number
  readonly width: number
  readonly channels: number
}

/**
 * The first records of an event file.
 *
 * @param moment of the first event: what former files of the folder say from this step on is replaced. One of
 *   TensorBoard's readers ignores the first START of a run, so every file has one (findings/tensorboard-first-restart.sh).
 */
export function beginning(moment: Moment): Uint8Array {
  return joinBytes([
    record(joinBytes([double(1, moment.time), text(3, 'brain.Event:2')])),
    event(moment, bytes(7, integer(1, 1))), // session_log { status: START }
  ])
}

/** The record of one event with numbers by name. */
export function scalarsEvent(moment: Moment, scalars: Readonly<Record<string, number>>): Uint8Array {
  return summary(
    moment,
    Object.entries(scalars).map(([tag, value]) => [text(1, tag), float(2, value)]),
  )
}

/** The record of one event with a histogram. */
export function histogramEvent(moment: Moment, tag: string, bins: Bins): Uint8Array {
  const { minimum, maximum, sum, sumOfSquares, limits, counts } = bins
  const content = joinBytes([
    double(1, minimum),
    double(2, maximum),
    double(
      3,
      counts.reduce((total, count) => total + count, 0),
    ),
    double(4, sum),
    double(5, sumOfSquares),
    doubles(6, limits),
    doubles(7, counts),
  ])
  return summary(moment, [[text(1, tag), bytes(5, content)]])
}

/** The record of one event with an image. */
export function imageEvent(moment: Moment, tag: string, png: Png): Uint8Array {
  const content = joinBytes([
    integer(1, png.height),
    integer(2, png.width),
    integer(3, png.channels),
    bytes(4, png.bytes),
  ])
  return summary(moment, [[text(1, tag), bytes(4, content)]])
}

function summary(moment: Moment, values: readonly (readonly Uint8Array[])[]): Uint8Array {
  return event(moment, bytes(5, joinBytes(values.map((fields) => bytes(1, joinBytes(fields))))))
}

function event({ time, step }: Moment, content: Uint8Array): Uint8Array {
  return record(joinBytes([double(1, time), integer(2, step), content]))
}

/** Length, its check, the data, their check. */
function record(data: Uint8Array): Uint8Array {
  const all = new Uint8Array(data.length + 16)
  const view = new DataView(all.buffer)
  view.setBigUint64(0, BigInt(data.length), true)
  view.setUint32(8, masked(crc32c(all.subarray(0, 8))), true)
  all.set(data, 12)
  view.setUint32(data.length + 12, masked(crc32c(data)), true)
  return all
}

/** So that a check of data that hold checks is not one of them (tensorflow/core/lib/hash/crc32c.h). */
function masked(crc: number): number {
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0
}
