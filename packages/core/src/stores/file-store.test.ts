import { execFileSync, spawnSync } from 'node:child_process'
import fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { WeightsError } from '../errors.ts'
import { file } from './file-store.ts'

let folder: string

beforeEach(async () => {
  folder = await fs.mkdtemp(join(tmpdir(), 'file-store-'))
})

afterEach(async () => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
  await fs.rm(folder, { recursive: true })
})

describe('file', () => {
  test('reads what it wrote, and a second write replaces the first', async () => {
    const store = file(join(folder, 'a.bin'))
    await store.write(new Uint8Array([1, 2, 3]))
    await store.write(new Uint8Array([4]))
    expect(await store.read()).toEqual(new Uint8Array([4]))
    expect(await fs.readdir(folder)).toEqual(['a.bin'])
  })

  test('reads the beginning alone, and no more than there is', async () => {
    const store = file(join(folder, 'a.bin'))
    await store.write(new Uint8Array([1, 2, 3]))
    expect(await store.readStart?.(2)).toEqual(new Uint8Array([1, 2]))
    expect(await store.readStart?.(9)).toEqual(new Uint8Array([1, 2, 3]))
    await expect(file(join(folder, 'none')).readStart?.(1)).rejects.toThrow(WeightsError)
  })

  test('writes the part of a buffer that an array shows', async () => {
    const store = file(join(folder, 'a.bin'))
    await store.write(new Uint8Array([1, 2, 3, 4]).subarray(1, 3))
    expect(await store.read()).toEqual(new Uint8Array([2, 3]))
  })

  test('makes the folders that are missing', async () => {
    const store = file(join(folder, 'deep', 'er', 'a.bin'))
    await store.write(new Uint8Array([1]))
    expect(await store.read()).toEqual(new Uint8Array([1]))
  })

  test('is called by its path and stays where it was made, whatever the folder of the process becomes', async () => {
    const former = process.cwd()
    const store = file('relative.bin')
    expect(store.name).toBe('relative.bin')
    vi.spyOn(process, 'cwd').mockReturnValue(folder)
    expect(await messageOf(store.read())).toContain(join(former, 'relative.bin'))
  })

  test('follows a link to the file behind it', async () => {
    await fs.writeFile(join(folder, 'real.bin'), 'old')
    await fs.symlink('real.bin', join(folder, 'link.bin'))
    await file(join(folder, 'link.bin')).write(new Uint8Array([1]))
    expect((await fs.lstat(join(folder, 'link.bin'))).isSymbolicLink()).toBe(true)
    expect(await file(join(folder, 'real.bin')).read()).toEqual(new Uint8Array([1]))
  })

  test('writes the file behind a link that leads to none yet, through links and folders that are missing', async () => {
    await fs.mkdir(join(folder, 'real', 'runs'), { recursive: true })
    await fs.symlink(join('real', 'runs'), join(folder, 'short'))
    await fs.symlink(join('..', 'deep', 'er', 'vae.bin'), join(folder, 'short', 'second.bin'))
    await fs.symlink(join('short', 'second.bin'), join(folder, 'first.bin'))
    await file(join(folder, 'first.bin')).write(new Uint8Array([1]))
    expect((await fs.lstat(join(folder, 'first.bin'))).isSymbolicLink()).toBe(true)
    expect((await fs.lstat(join(folder, 'short', 'second.bin'))).isSymbolicLink()).toBe(true)
    expect(await file(join(folder, 'real', 'deep', 'er', 'vae.bin')).read()).toEqual(new Uint8Array([1]))
    expect(await fs.readdir(join(folder, 'real', 'deep', 'er'))).toEqual(['vae.bin'])
  })

  test.each([
    ['v', 'v'.repeat(255)],
    ['ü', `${'ü'.repeat(127)}v`],
  ])('takes a name of 255 bytes, as the system does: %s', async (_letter, name) => {
    const store = file(join(folder, name))
    await store.write(new Uint8Array([1]))
    await store.write(new Uint8Array([2]))
    expect(await store.read()).toEqual(new Uint8Array([2]))
    expect(await fs.readdir(folder)).toEqual([name])
  })

  test('does not make a private file readable by others', async () => {
    const path = join(folder, 'a.bin')
    await fs.writeFile(path, 'old', { mode: 0o600 })
    await file(path).write(new Uint8Array([1]))
    expect((await fs.stat(path)).mode & 0o777).toBe(0o600)
  })

  test('keeps one of two whole contents when both are written at once', async () => {
    const store = file(join(folder, 'a.bin'))
    const contents = [new Uint8Array(1e6).fill(1), new Uint8Array(2e6).fill(2)]
    await Promise.all(contents.map((content) => store.write(content)))
    const kept = await store.read()
    expect(contents.some((content) => Buffer.compare(content, kept) === 0)).toBe(true)
    expect(await fs.readdir(folder)).toEqual(['a.bin'])
  })

  test('syncs the new file, then renames it, then syncs the folder', async () => {
    const events = await eventsOf(() => file(join(folder, 'a.bin')).write(new Uint8Array([1])))
    expect(events).toEqual(['open .a.bin.*.tmp', 'write', 'sync', 'close', 'rename', 'open folder', 'sync', 'close'])
  })

  test('syncs the folders above those that it makes', async () => {
    const opened = vi.spyOn(fs, 'open')
    await file(join(folder, 'deep', 'er', 'a.bin')).write(new Uint8Array([1]))
    const folders = opened.mock.calls.map(([path]) => String(path)).filter((path) => !path.endsWith('.tmp'))
    expect(folders).toEqual([join(folder, 'deep'), folder, join(folder, 'deep', 'er')])
  })
})

describe('a write that succeeds', () => {
  /** A temporary as a write of `a.bin` by this process names it. */
  const temporary = async (target = 'a.bin') => {
    let name = ''
    vi.spyOn(fs, 'rename').mockImplementationOnce(async (from) => {
      name = basename(String(from))
      throw systemError('EACCES')
    })
    await file(join(folder, target))
      .write(new Uint8Array([1]))
      .catch(() => {})
    return name
  }
  /** The number of a process that has ended. */
  const ended = () => spawnSync(process.execPath, ['--version']).pid
  const byProcess = (name: string, pid: number) => name.replace(/\.\d+-/, `.${pid}-`)
  const leave = async (name: string, age = 0) => {
    await fs.writeFile(join(folder, name), 'half')
    const time = Date.now() / 1000 - age
    await fs.utimes(join(folder, name), time, time)
    return name
  }
  const day = 24 * 60 * 60

  test.each([
    ['a short name', 'a.bin'],
    ['a name of 255 bytes', 'v'.repeat(255)],
  ])('removes what killed processes left of it, under %s', async (_title, target) => {
    await leave(byProcess(await temporary(target), ended()))
    await leave(byProcess(await temporary(target), ended()))
    await file(join(folder, target)).write(new Uint8Array([1]))
    expect(await fs.readdir(folder)).toEqual([target])
  })

  test('follows a run whose first write was never finished: prepare removes what killed processes left, too', async () => {
    await leave(byProcess(await temporary(), ended()))
    await file(join(folder, 'a.bin')).prepare?.()
    expect(await fs.readdir(folder)).toEqual([])
  })

  test('removes what nothing has touched for a day, of other machines and of former versions too', async () => {
    const name = await temporary()
    await leave(name, day + 60)
    await leave(name.replace(/-[0-9a-f]{8}-/, '-00000000-'), day + 60)
    await leave(`.a.bin.${crypto.randomUUID()}.tmp`, day + 60)
    await file(join(folder, 'a.bin')).write(new Uint8Array([1]))
    expect(await fs.readdir(folder)).toEqual(['a.bin'])
  })

  test('leaves what may still be written, and what is not its own', async () => {
    const name = await temporary()
    const kept = [
      await leave(name), // of this process, perhaps of another thread
      await leave(byProcess(name, process.ppid)),
      await leave(byProcess(name, ended()).replace(/-[0-9a-f]{8}-/, '-00000000-')), // of another machine
      await leave(`.a.bin.${crypto.randomUUID()}.tmp`),
      await leave(byProcess(name, ended()).replace('.a.bin.', '.b.bin.'), day + 60),
      await leave('.a.bin.mine.tmp', day + 60),
      await leave('a.bin.tmp', day + 60),
    ]
    await file(join(folder, 'a.bin')).write(new Uint8Array([1]))
    expect((await fs.readdir(folder)).sort()).toEqual([...kept, 'a.bin'].sort())
  })

  test('still succeeds when what was left cannot be listed or removed', async () => {
    await leave(byProcess(await temporary(), ended()))
    vi.spyOn(fs, 'rm').mockRejectedValueOnce(systemError('EPERM'))
    await file(join(folder, 'a.bin')).write(new Uint8Array([1]))
    vi.spyOn(fs, 'readdir').mockRejectedValueOnce(systemError('EACCES'))
    await file(join(folder, 'a.bin')).write(new Uint8Array([2]))
    expect(await file(join(folder, 'a.bin')).read()).toEqual(new Uint8Array([2]))
  })
})

describe('file refuses', () => {
  test('links that lead to one another', async () => {
    await fs.symlink('b.bin', join(folder, 'a.bin'))
    await fs.symlink('a.bin', join(folder, 'b.bin'))
    expect(await messageOf(file(join(folder, 'a.bin')).write(new Uint8Array([1])))).toContain('ELOOP')
    expect((await fs.readdir(folder)).sort()).toEqual(['a.bin', 'b.bin'])
  })

  test('to read what is not there', async () => {
    expect(await messageOf(file(join(folder, 'a.bin')).read())).toMatchInlineSnapshot(`
      "WeightsError: \`file\` cannot read /a.bin: there is no such file.

      Reason: ENOENT: no such file or directory, open '/a.bin'
      Fix:    check the path; a relative one starts at the folder of the process"
    `)
  })

  test('to read a folder', async () => {
    expect(await messageOf(file(folder).read())).toContain('this is not a file')
  })

  test('to replace a folder', async () => {
    await fs.mkdir(join(folder, 'vae'))
    expect(await messageOf(file(join(folder, 'vae')).write(new Uint8Array([1])))).toMatchInlineSnapshot(`
      "WeightsError: \`file\` cannot write /vae: this is not a file; what was there before is unchanged.

      Needed: 1 bytes
      Reason: /vae exists and is not a file
      Fix:    name a file, e.g. vae.safetensors"
    `)
    expect(await fs.readdir(folder)).toEqual(['vae'])
  })

  test('to replace what is not a file, such as a pipe or a device', async () => {
    execFileSync('mkfifo', [join(folder, 'pipe')])
    expect(await messageOf(file(join(folder, 'pipe')).write(new Uint8Array([1])))).toContain('this is not a file')
    expect((await fs.stat(join(folder, 'pipe'))).isFIFO()).toBe(true)
  })

  test.each(['a.bin/b.bin', 'a.bin/b/c.bin'])('a path through a file: %s', async (path) => {
    await fs.writeFile(join(folder, 'a.bin'), 'old')
    expect(await messageOf(file(join(folder, path)).write(new Uint8Array([1])))).toContain(
      'a part of the path is a file, not a folder',
    )
  })

  test('to run outside Node', async () => {
    vi.stubGlobal('process', undefined)
    vi.resetModules()
    const page = await import('./file-store.ts')
    vi.unstubAllGlobals()
    let message = ''
    try {
      page.file('vae.safetensors')
    } catch (error) {
      message = String(error)
    }
    expect(message).toMatchInlineSnapshot(`
      "WeightsError: \`file\` works in Node only.

      Received: vae.safetensors
      Fix:      in a page, read with http(url) or use a store of @ae/web"
    `)
  })
})

describe('a write that fails leaves the former file and nothing else', () => {
  let path: string

  beforeEach(async () => {
    path = join(folder, 'vae.safetensors')
    await fs.writeFile(path, 'former')
  })

  afterEach(async () => {
    expect(await fs.readFile(path, 'utf8')).toBe('former')
    expect(await fs.readdir(folder)).toEqual(['vae.safetensors'])
  })

  test.each([
    ['writeFile', 'ENOSPC', 'the disk is full'],
    ['writeFile', 'EDQUOT', 'the quota of this disk is used up'],
    ['sync', 'EIO', 'the system refused'],
    ['close', 'ENOSPC', 'the disk is full'],
  ] as const)('when %s fails with %s', async (method, code, problem) => {
    const open = fs.open
    vi.spyOn(fs, 'open').mockImplementation(async (...args) => {
      const handle = await open(...args)
      const original = handle[method].bind(handle) as (...args: unknown[]) => Promise<void>
      vi.spyOn(handle, method).mockImplementation(async (...args: unknown[]) => {
        await original(...args)
        throw systemError(code)
      })
      return handle
    })
    expect(await messageOf(file(path).write(new Uint8Array(10)))).toContain(
      `\`file\` cannot write /vae.safetensors: ${problem}; what was there before is unchanged.`,
    )
  })

  test('when the rename fails, with the whole message', async () => {
    vi.spyOn(fs, 'rename').mockRejectedValue(systemError('EACCES'))
    expect(await messageOf(file(path).write(new Uint8Array(10)))).toMatchInlineSnapshot(`
      "WeightsError: \`file\` cannot write /vae.safetensors: permission is denied; what was there before is unchanged.

      Needed: 10 bytes
      Reason: EACCES: made up
      Fix:    check who owns the file and its folder"
    `)
  })

  test('when the temporary cannot be opened or removed', async () => {
    vi.spyOn(fs, 'open').mockRejectedValue(systemError('EACCES'))
    vi.spyOn(fs, 'rm').mockRejectedValue(systemError('EPERM'))
    const failure = file(path).write(new Uint8Array(10))
    expect(await messageOf(failure)).toContain('permission is denied')
    await expect(failure).rejects.toHaveProperty('cause.code', 'EACCES')
  })
})

test('a system that cannot sync a folder is not a failure', async () => {
  const open = fs.open
  vi.spyOn(fs, 'open').mockImplementation(async (path, ...rest) => {
    if (path === folder) throw systemError('EISDIR')
    return open(path, ...rest)
  })
  const store = file(join(folder, 'a.bin'))
  await store.write(new Uint8Array([1]))
  expect(await store.read()).toEqual(new Uint8Array([1]))
})

test('a disk that is really full is reported, and the former file stays', async (context) => {
  const disk = join(folder, 'disk')
  await fs.mkdir(disk)
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk], { stdio: 'pipe' })
  } catch (error) {
    return context.skip(`a small disk cannot be mounted here (it needs root on Linux): ${error}`)
  }
  try {
    const store = file(join(disk, 'vae.safetensors'))
    const former = new Uint8Array(20_000).fill(7)
    await store.write(former)
    const message = await messageOf(store.write(new Uint8Array(60_000)))
    expect(message).toMatchInlineSnapshot(`
      "WeightsError: \`file\` cannot write /disk/vae.safetensors: the disk is full; what was there before is unchanged.

      Needed: 60000 bytes
      Reason: ENOSPC: no space left on device, write
      Fix:    free some space, or save to another disk"
    `)
    expect(await store.read()).toEqual(former)
    expect(await fs.readdir(disk)).toEqual(['vae.safetensors'])
  } finally {
    execFileSync('umount', [disk])
  }
})

/** What makes the name of a temporary its own. */
const ownName = /\d+-[0-9a-f]{8}-[0-9a-f]{8}/

function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: made up`), { code })
}

/** The full text of the designed error, with its path shortened. */
async function messageOf(failing: Promise<unknown>): Promise<string> {
  const error = await failing.then(
    () => new Error('nothing was thrown'),
    (error: unknown) => error,
  )
  if (!WeightsError.isInstance(error)) throw error
  return String(error).replaceAll(folder, '').replace(ownName, '*')
}

/** What happens to files meanwhile, in order. */
async function eventsOf(action: () => Promise<void>): Promise<string[]> {
  const events: string[] = []
  const { open, rename } = fs
  vi.spyOn(fs, 'open').mockImplementation(async (path, ...rest) => {
    events.push(
      path === folder
        ? 'open folder'
        : `open ${String(path)
            .slice(folder.length + 1)
            .replace(ownName, '*')}`,
    )
    const handle = await open(path, ...rest)
    for (const [method, event] of [
      ['writeFile', 'write'],
      ['sync', 'sync'],
      ['close', 'close'],
    ] as const) {
      const original = handle[method].bind(handle) as (...args: unknown[]) => Promise<void>
      vi.spyOn(handle, method).mockImplementation((...args: unknown[]) => {
        events.push(event)
        return original(...args)
      })
    }
    return handle
  })
  vi.spyOn(fs, 'rename').mockImplementation((...args) => {
    events.push('rename')
    return rename(...args)
  })
  await action()
  return events
}
