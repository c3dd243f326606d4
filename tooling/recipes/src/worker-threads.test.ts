import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, expect, test } from 'vitest'
import { recipe, scratchFolder, writeFiles } from './recipes.ts'
import { saveSmallModel } from './small-model.ts'

const scratch = scratchFolder('worker-threads')
beforeAll(() => saveSmallModel(join(scratch, 'out/vae.safetensors')))

test('the recipe worker-threads samples in its thread while the main thread goes on, and passes errors on', async () => {
  writeFiles(scratch, recipe('worker-threads').files)
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ['main.mjs'], { cwd: scratch })
  expect(stderr).toBe('')
  const [dots = '', ...rest] = stdout.split(/(?<=\.)(?=\[)|\n/)
  expect(dots).toMatch(/^\.+$/)
  expect(rest.slice(0, 3)).toEqual(Array(3).fill('[ 256, 28, 28, 1 ] 200704'))
  expect(rest[3]).toContain('`sample`')
})
