// Headers as np.save of NumPy 2.4.6 writes them.
import { expect, test } from 'vitest'
import { npyHeader, readNpyHeader } from './npy.ts'

// np.save of np.zeros(shape, type), the first 128 bytes.
test.each([
  [[3], 'float32', "{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }"],
  [[], 'int32', "{'descr': '<i4', 'fortran_order': False, 'shape': (), }"],
  [[2, 28, 28, 1], 'uint8', "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 28, 28, 1), }"],
] as const)('of %j and %s', (shape, type, text) => {
  const header = npyHeader([...shape], type)
  expect(header.length).toBe(128)
  const expected = `\x93NUMPY\x01\x00\x76\x00${text.padEnd(117)}\n`
  expect(Buffer.from(header).toString('latin1')).toBe(expected)
  const read = readNpyHeader(header, (what) => new Error(what))
  expect(read).toMatchObject({ shape, start: 128, isFortran: false, isBigEndian: false })
})
