import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ae } from './testing/ae.ts'
import { writeIdxFiles } from './testing/idx-files.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ae-cli-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** Refused with code 2, before data is looked for. */
async function refusalOf(out: string): Promise<string> {
  const { code, stdout, stderr } = await ae(['train', '--json', '--data', join(folder, 'none'), '--out', out])
  expect(stdout).toBe('')
  expect(code).toBe(2)
  return stderr.replaceAll(folder, '')
}

describe('ae train refuses before it looks for data', () => {
  test('an --out that is a file', async () => {
    await writeFile(join(folder, 'out'), '')
    expect(await refusalOf(join(folder, 'out'))).toMatchInlineSnapshot(`
      "OptionError: \`ae train\` cannot write into the \`--out\` folder.

      Expected: a folder that can be made or written
      Received: /out
      Reason:   EEXIST: file already exists, mkdir '/out'
      Fix:      pass another folder with --out
      "
    `)
  })

  test('an --out that cannot be made', async () => {
    expect(await refusalOf('/dev/null/out')).toContain('Reason:   ENOTDIR')
  })

  test('an --out that cannot be written', async (context) => {
    if (!existsSync('/proc/self')) return context.skip('a folder that nobody can write is there on Linux only: /proc')
    expect(await refusalOf('/proc')).toContain('cannot write into the `--out` folder')
  })

  test.each(['vae.safetensors', 'history.json', 'samples.png', 'walk.png'])(
    'an --out where %s is a folder',
    async (name) => {
      await mkdir(join(folder, 'out', name), { recursive: true })
      const text = await refusalOf(join(folder, 'out'))
      expect(text).toContain(`cannot write ${name} into the \`--out\` folder`)
      if (name === 'samples.png')
        expect(text).toMatchInlineSnapshot(`
        "OptionError: \`ae train\` cannot write samples.png into the \`--out\` folder.

        Expected: a file that can be replaced, or nothing
        Received: /out/samples.png
        Reason:   it is a folder
        Fix:      pass another folder with --out
        "
      `)
      expect(await readdir(join(folder, 'out'))).toEqual([name])
    },
  )

  test('an --out where a file is a device or a pipe', async () => {
    await mkdir(join(folder, 'out'))
    execFileSync('mkfifo', [join(folder, 'out', 'samples.png')])
    expect(await refusalOf(join(folder, 'out'))).toContain('Reason:   it is not a file')
  })
})

test('ae train writes through links and leaves a folder alone that it does not write', async () => {
  await writeIdxFiles(join(folder, 'data'), [8, 8])
  const out = join(folder, 'out')
  await mkdir(join(out, 'traversals.png'), { recursive: true }) // a picture of another model
  await writeFile(join(folder, 'linked.png'), '')
  await symlink('../linked.png', join(out, 'samples.png'))
  const { code, stderr } = await ae(['train', '--json', '--epochs', '1', '--data', join(folder, 'data'), '--out', out])
  expect(stderr).not.toContain('warning')
  expect(code).toBe(0)
  expect((await readdir(out)).filter((name) => name.startsWith('.'))).toEqual([])
})

test('ae train refuses a disk without space for the model, before the first step', async (context) => {
  const out = join(folder, 'out')
  await mkdir(out)
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', out], { stdio: 'pipe' })
  } catch (error) {
    return context.skip(`a small disk cannot be mounted here (it needs root on Linux): ${error}`)
  }
  try {
    const { code, stdout, stderr } = await ae(['train', '--limit', '128', '--epochs', '1', '--out', out])
    expect(code).toBe(2)
    expect(stdout).not.toContain('epoch 1/1 ')
    expect(stderr.replaceAll(folder, '')).toMatchInlineSnapshot(`
      "OptionError: \`ae train\` has no space for the model in the \`--out\` folder.

      Needed:   2611296 bytes
      Free:     61440 bytes
      Received: /out
      Fix:      free some space, or pass a folder on another disk with --out
      "
    `)
    expect(await readdir(out)).toEqual([])
  } finally {
    execFileSync('umount', [out])
  }
})
