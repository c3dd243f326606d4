import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { checkArguments } from './arguments.mjs'

const options = {
  rounds: { help: 'how often', default: '3', count: true },
  sizes: { help: 'batches', counts: true },
  networks: { help: 'a list', names: ['vae', 'autoencoder'] },
  contenders: { help: 'a list', names: ['ours, 1 thread', 'PyTorch, 1 thread'], partly: true },
  missing: { help: 'only what is missing' },
}
const check = (...args) => checkArguments(args, 'bench: speed', options, ['iwae'])

test('arguments are parsed to their values, lists too', () => {
  expect(check('--rounds', '2', '--networks', 'vae,autoencoder', '--contenders', 'ours', '--missing', 'iwae')).toEqual({
    values: { rounds: 2, sizes: [], networks: ['vae', 'autoencoder'], contenders: ['ours'], missing: true },
    words: ['iwae'],
  })
  expect(check('--sizes', '1,128').values).toMatchObject({ rounds: 3, sizes: [1, 128], missing: false })
})

test('--help prints every option', () => {
  const { text, code } = check('--help')
  expect(code).toBe(0)
  expect(text).toMatchInlineSnapshot(`
    "bench: speed
      iwae
      --rounds       how often; default 3
      --sizes        batches
      --networks     a list; of vae, autoencoder
      --contenders   a list; of ours, 1 thread, PyTorch, 1 thread
      --missing      only what is missing"
  `)
})

test.each([
  [['--round', '2'], "Unknown option '--round'"],
  [['--rounds', '0'], '--rounds takes positive integers; received 0'],
  [['--sizes', '1,x'], '--sizes takes positive integers; received x'],
  [['--networks', 'gan'], 'There is no gan; there are vae, autoencoder'],
  [['--contenders', 'JAX'], 'There is no JAX; there are ours, 1 thread'],
  [['vqvae'], 'There is no vqvae; there are iwae'],
])('%j ends with code 2 and says why, before the usage', (args, reason) => {
  const { text, code } = check(...args)
  expect(code).toBe(2)
  expect(text.split('\n')[0]).toContain(reason)
  expect(text).toContain('bench: speed')
})

test.each(['speed', 'sweep', 'browser', 'quality', 'likelihood', 'torch-quality'])(
  '%s.mjs --help measures nothing',
  (name) => {
    const text = execFileSync(process.execPath, [`${name}.mjs`, '--help'], {
      cwd: import.meta.dirname,
      encoding: 'utf8',
    })
    expect(text).toMatch(/^pnpm .*bench/)
  },
)
