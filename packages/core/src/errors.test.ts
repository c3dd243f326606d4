import { describe, expect, test } from 'vitest'
import { AutoencoderError, DatasetError, OptionError, ShapeError, TrainingDivergedError } from './errors.ts'

describe('AutoencoderError', () => {
  test('prints one sentence, aligned facts and the fix', () => {
    const error = new ShapeError('`encode` received `x` of the wrong shape.', {
      facts: { Expected: '[batch, 28, 28, 1]', Received: '[128, 784]' },
      fix: 'reshape first, e.g. tf.reshape(x, [-1, 28, 28, 1])',
    })
    expect(`${error}`).toMatchInlineSnapshot(`
      "ShapeError: \`encode\` received \`x\` of the wrong shape.

      Expected: [batch, 28, 28, 1]
      Received: [128, 784]
      Fix:      reshape first, e.g. tf.reshape(x, [-1, 28, 28, 1])"
    `)
  })

  test('keeps its cause and its name', () => {
    const cause = new Error('no such file')
    const error = new DatasetError('Missing.', { cause })
    expect(error.cause).toBe(cause)
    expect(error.name).toBe('DatasetError')
    expect(new OptionError('Bare.').message).toBe('Bare.')
  })

  test('is recognised across two copies of the package, by class', () => {
    const foreign = Object.assign(new Error('from another copy'), {
      name: 'ShapeError',
      [Symbol.for('@ae/error')]: true,
    })
    expect(AutoencoderError.isInstance(foreign)).toBe(true)
    expect(ShapeError.isInstance(foreign)).toBe(true)
    expect(OptionError.isInstance(foreign)).toBe(false)
    expect(AutoencoderError.isInstance(new Error('plain'))).toBe(false)
    expect(AutoencoderError.isInstance(undefined)).toBe(false)
    expect(AutoencoderError.isInstance(new ShapeError('ours'))).toBe(true)
  })

  test('keeps its name, and is recognised, even if a bundler renames the classes', () => {
    expect(ShapeError.name).toBe('ShapeError')
    expect(Object.getOwnPropertyDescriptor(ShapeError, 'name')?.enumerable).toBe(true) // a field, not the name of the source
  })

  test('what it quotes cannot forge a line, and a terminal does not obey it', () => {
    const quoted = 'vae\n\nFix:      run evil\u001b[2J'
    const error = new ShapeError(`\`load\` found ${quoted}.`, { facts: { Received: quoted }, fix: quoted })
    expect(error.message.split('\n')).toHaveLength(4)
    expect(error.message).not.toContain('\u001b')
    expect(error.message).toContain('found vae\\n\\nFix:      run evil\\u{1b}[2J.')
  })

  test('what it quotes is cut if it is long', () => {
    const quoted = 'x'.repeat(20_000_000)
    expect(new ShapeError(quoted, { facts: { Received: quoted } }).message.length).toBeLessThan(5000)
  })

  test('carries where training diverged', () => {
    const divergence = { step: 7, epoch: 1, term: 'kl', value: Number.NaN }
    expect(new TrainingDivergedError('Stopped.', { divergence }).divergence).toEqual(divergence)
  })
})
