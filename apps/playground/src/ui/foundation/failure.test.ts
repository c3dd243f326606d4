import { expect, test } from 'vitest'
import { EngineError } from '../../engine/engine.ts'
import { failureOf } from './failure.ts'

test('failureOf shows the fix apart from the message that ends with it', () => {
  const error = new EngineError('`vae` received a bad `latentSize`.\n\nExpected: at least 1\n\nFix: Pass 2.', 'Pass 2.')
  expect(failureOf('No model', error)).toEqual({
    title: 'No model',
    message: '`vae` received a bad `latentSize`.\n\nExpected: at least 1',
    fix: 'Pass 2.',
  })
})

test('failureOf shows anything else that is thrown as it is', () => {
  expect(failureOf('Odd', 'text')).toEqual({ title: 'Odd', message: 'text', fix: undefined })
  expect(failureOf('Odd', new Error('broken'))).toEqual({ title: 'Odd', message: 'broken', fix: undefined })
})

test('failureOf says of a part of the page that could not be fetched what helps', () => {
  const error = new EngineError('Failed to fetch dynamically imported module: https://example.org/assets/run-1.js')
  expect(failureOf('Training stopped', error)).toMatchObject({
    message: 'A part of the page could not be loaded.',
    fix: expect.stringContaining('reload the page'),
  })
})
