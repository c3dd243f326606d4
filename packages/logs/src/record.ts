// Checks the records that a logger is given: loggers can be called by anyone.
import { OptionError } from '@ae/core'
import { nonNegativeInteger, show } from '@ae/core/internal'

/**
 * Checks a record.
 *
 * @param functionName the public function that made the logger, for messages
 * @param record as received
 * @throws {OptionError} when it is not a record, or names a scalar as one of its own members
 */
export function assertRecord(functionName: string, record: unknown): void {
  const { step, epoch, time, scalars } = (record ?? {}) as Readonly<Record<string, unknown>>
  const isGood =
    nonNegativeInteger(step) === undefined &&
    nonNegativeInteger(epoch) === undefined &&
    Number.isFinite(time) &&
    typeof scalars === 'object' &&
    scalars !== null &&
    Object.entries(scalars).every(([name, value]) => /^\P{Cc}+$/u.test(name) && typeof value === 'number')
  if (!isGood) {
    throw new OptionError(`\`${functionName}\` received a bad \`record\`.`, {
      facts: { Expected: '{ step, epoch, time, scalars }, numbers, and numbers by name', Received: show(record) },
      fix: "pass e.g. { step: 469, epoch: 1, time: Date.now() / 1000, scalars: { 'train/total': 120.5 } }",
    })
  }
  const taken = members.find((name) => Object.hasOwn(scalars as object, name))
  if (taken === undefined) return
  throw new OptionError(`\`${functionName}\` received a scalar named \`${taken}\`.`, {
    facts: { Expected: `other names than ${members.join(', ')}`, Received: taken },
    fix: `name it differently, e.g. 'train/${taken}'`,
  })
}

const members = ['step', 'epoch', 'time']
