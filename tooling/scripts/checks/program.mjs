// Runs the README's first command on 6000 digits for one epoch, and checks what it prints and writes.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readJson, root, run } from '../workspace.mjs'

/** @type {import('../checks.mjs').Check} */
export async function program() {
  const out = mkdtempSync(join(tmpdir(), 'ae-program-'))
  try {
    const { packageManager } = readJson(join(root, 'package.json'))
    const line = ['npx', '-y', packageManager, 'start', '--limit', '6000', '--epochs', '1', '--json', '--out', out]
    const { code, stdout, stderr } = await run(line)
    if (code !== 0) return [`${line.join(' ')} ended with exit code ${code}\n${stdout}${stderr}`]
    const problems = [...reportProblems(stdout), ...fileProblems(out)]
    return problems.map((problem) => `${line.join(' ')}\n${problem}`)
  } finally {
    rmSync(out, { recursive: true, force: true })
  }
}

/**
 * stdout is one JSON object, and the losses are those of a model that has begun to learn.
 *
 * @param {string} stdout
 */
function reportProblems(stdout) {
  let report
  try {
    report = JSON.parse(stdout)
  } catch {
    return [`stdout is not one JSON object:\n${stdout}`]
  }
  const { model, epochs, seed, backend, seconds, examplesPerSecond, train, test, files } = report
  return missing({
    'model is vae': model === 'vae',
    'epochs is 1': epochs === 1,
    'seed is an integer': Number.isInteger(seed),
    'backend is given': backend !== undefined,
    'seconds is above 0': seconds > 0,
    'examplesPerSecond is above 0': examplesPerSecond > 0,
    'train.kl is between 0 and 50 nats': train?.kl > 0 && train.kl < 50,
    'test.kl is between 0 and 50 nats': test?.kl > 0 && test.kl < 50,
    'train.reconstruction is between 80 and 400 nats': train?.reconstruction > 80 && train.reconstruction < 400,
    'test.reconstruction is between 80 and 230 nats': test?.reconstruction > 80 && test.reconstruction < 230,
    'files lists ten': Object.keys(files ?? {}).length === 10,
  }).map((claim) => `${claim}: ${stdout}`)
}

/** @param {string} folder */
function fileProblems(folder) {
  const names = readdirSync(folder).sort()
  const plots = ['codes.png', 'kl.png', 'losses.png']
  const pictures = [...plots, 'interpolations.png', 'reconstructions.png', 'samples.png', 'walk.png']
  const expected = [...pictures, 'history.json', 'run.json', 'vae.safetensors'].sort()
  if (names.join() !== expected.join()) return [`It wrote ${names.join(', ')}, not ${expected.join(', ')}`]
  const png = (/** @type {string} */ name) => readFileSync(join(folder, name)).subarray(0, 8).toString('latin1')
  const model = readFileSync(join(folder, 'vae.safetensors'))
  return missing({
    'every picture is a PNG': pictures.every((name) => png(name) === '\x89PNG\r\n\x1a\n'),
    'vae.safetensors holds 652,824 float32 weights':
      model.length - Number(model.readBigUInt64LE(0)) - 8 === 4 * 652_824,
    'history.json is not empty': Object.keys(readJson(join(folder, 'history.json'))).length > 0,
  })
}

/** @param {Readonly<Record<string, boolean>>} claims */
function missing(claims) {
  return Object.keys(claims).filter((claim) => !claims[claim])
}
