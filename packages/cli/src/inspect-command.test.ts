import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readSafetensors, writeSafetensors } from '@ae/core'
import { expect, test } from 'vitest'
import { ae } from './testing/ae.ts'

const path = fileURLToPath(new URL('../../models/fixtures/vae.checkpoint.safetensors', import.meta.url))

test('ae inspect prints what a file holds', async () => {
  const { code, stdout, stderr } = await ae(['inspect', path])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout.replace(path, 'vae.safetensors')).toMatchInlineSnapshot(`
    "File:       vae.safetensors
    Model:      vae
    Likelihood: bernoulli
    Parameters: 127 F32
    Trained:    3 steps
    Written by: @ae/core 0.0.0
    Checkpoint: epoch 1, step 3 on array, seed 3, batches of 4, adam, terms reconstruction, kl

    layer        type   output  parameters
    input               [6]
    encoder.0    dense  [5]             35
    mean         dense  [3]             18
    logVariance  dense  [3]             18
    decoder.0    dense  [5]             20
    decoder.1    dense  [6]             36
    "
  `)
})

test('ae inspect prints how the training of a model went', async () => {
  const model = `${mkdtempSync(join(tmpdir(), 'inspect-'))}/vae.safetensors`
  const { metadata, tensors } = readSafetensors(readFileSync(path))
  const history = [1, 2, 3].map((epoch) => ({ epoch, step: epoch, total: 9 - epoch, validation: Math.abs(2 - epoch) }))
  const texts = new Map([...metadata, ['history', JSON.stringify(history)]])
  writeFileSync(model, writeSafetensors({ metadata: texts, tensors }))
  const { stdout } = await ae(['inspect', model])
  expect(stdout).toContain(
    'History:    epoch 1: total 8, validation 1; epoch 2 (best): total 7, validation 0; epoch 3 (last): total 6, validation 1\n',
  )
})

test('ae inspect --json prints one object', async () => {
  const { code, stdout } = await ae(['inspect', path, '--json'])
  expect(code).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({ kind: 'vae', parameters: 127, run: { epoch: 1, optimizer: 'adam' } })
})

test('ae inspect fails with 1 where there is no such file, and with 2 without a file', async () => {
  const missing = await ae(['inspect', 'no/such.safetensors'])
  expect(missing.code).toBe(1)
  expect(missing.stderr).toContain('cannot read no/such.safetensors')
  expect((await ae(['inspect'])).code).toBe(2)
  expect((await ae(['inspect', 'http://127.0.0.1:1/vae.safetensors'])).stderr).toContain(
    'cannot read http://127.0.0.1:1',
  )
})
