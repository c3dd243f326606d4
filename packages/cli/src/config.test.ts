import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ae } from './testing/ae.ts'
import { writeIdxFiles } from './testing/idx-files.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ae-config-'))
  await writeIdxFiles(join(folder, 'data'), [6, 6, 2]) // of which no pictures are drawn
})
afterEach(() => rm(folder, { recursive: true }))

const place = (name: string) => join(folder, name)
const run = (...args: string[]) => ae(['train', '--json-result', ...args])
const write = (content: unknown) => writeFile(place('run.json'), JSON.stringify(content))
const tiny = { limit: 64, epochs: 2, batchSize: 32, hidden: [8] }

describe('the file of a run', () => {
  test('repeats it to the bit, and is written again as it was', async () => {
    const flags = [
      '--model',
      'sparse-autoencoder',
      '--sparsity',
      'l1',
      '--hidden',
      '12',
      '--code-size',
      '5',
      '--limit',
      '64',
    ]
    const training = ['--optimizer', 'sgd', '--momentum', '0.9', '--schedule', 'cosine', '--warmup', '2', '--clip', '1']
    const more = [
      '--epochs',
      '2',
      '--batch-size',
      '32',
      '--validation',
      '0.25',
      '--keep-best',
      '--seed',
      '9',
      '--log',
      'csv',
    ]
    expect((await run(...flags, ...training, ...more, '--data', place('data'), '--out', place('a'))).code).toBe(0)
    expect((await run('--config', place('a/run.json'), '--out', place('b'))).code).toBe(0)
    const [a, b] = await Promise.all(
      ['a', 'b'].map((name) => readFile(place(`${name}/sparse-autoencoder.safetensors`))),
    )
    expect(a?.equals(b as Buffer)).toBe(true)
    const [first, second] = await Promise.all(['a', 'b'].map((name) => readFile(place(`${name}/run.json`), 'utf8')))
    expect(second).toBe(first)
    expect(JSON.parse(first ?? '')).toMatchObject({
      ...{
        data: place('data'),
        model: 'sparse-autoencoder',
        network: 'dense',
        hidden: [12],
        codeSize: 5,
        sparsity: 'l1',
      },
      ...{
        sparsityWeight: 0.02,
        optimizer: 'sgd',
        learningRate: 0.001,
        momentum: 0.9,
        finalLearningRate: 0,
        accumulate: 1,
      },
      ...{ validation: '0.25', keepBest: true, log: ['csv'], versions: { node: process.versions.node } },
    })
  })

  test('takes paths from its own folder, and flags go before what it says', async () => {
    await write({ ...tiny, data: 'data', model: 'autoencoder', codeSize: 3, out: 'there' })
    const { code, stdout } = await run('--config', place('run.json'), '--epochs', '1')
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ model: 'autoencoder', epochs: 1 })
    expect(JSON.parse(await readFile(place('there/run.json'), 'utf8'))).toMatchObject({ data: '../data', epochs: 1 })
  })

  test('does not count for other data and for another model than its own', async () => {
    await write({ ...tiny, data: 'nowhere', model: 'autoencoder', codeSize: 3 })
    const others = ['--data', place('data'), '--model', 'vae', '--latent-size', '2']
    expect((await run('--config', place('run.json'), ...others, '--out', place('out'))).code).toBe(0)
    const { hidden, limit } = JSON.parse(await readFile(place('out/run.json'), 'utf8'))
    expect([hidden, limit]).toEqual([[400], 64])
  })

  test.each([
    [{ epochz: 3 }, 'run.json: /epochz', 'did you mean epochs?'],
    [{ batch_size: 3 }, 'run.json: /batch_size', 'did you mean batchSize?'],
    [{ epochs: '3' }, 'run.json: /epochs', 'Expected: an integer'],
    [{ batchSize: 0 }, 'run.json: /batchSize', 'Expected: a positive integer'],
    [{ hidden: [8, 0] }, 'run.json: /hidden/1', 'Expected: a list of positive integers'],
    [{ model: 'gan' }, 'run.json: /model', 'vae, autoencoder'],
    [{ log: ['csv', 'xml'] }, 'run.json: /log/1', 'tensorboard, csv, jsonl'],
    [{ keepBest: 'yes' }, 'run.json: /keepBest', 'Expected: true or false'],
    [[], 'run.json', 'is not a JSON object'],
  ])('of %j is refused with the place in it', async (content, at, text) => {
    await write(content)
    const { code, stderr } = await run('--config', place('run.json'), '--out', place('out'))
    expect(code).toBe(2)
    expect(stderr).toContain(at)
    expect(stderr).toContain(text)
  })

  test('that is missing or not JSON is told', async () => {
    await writeFile(place('run.json'), '{ "epochs": 3, }')
    expect((await run('--config', place('run.json'))).stderr).toContain('a file as --config that is not JSON')
    await mkdir(place('folder'))
    for (const name of ['none.json', 'folder']) {
      expect((await run('--config', place(name))).stderr).toContain('`ae train` cannot read the file of --config.')
    }
  })
})
