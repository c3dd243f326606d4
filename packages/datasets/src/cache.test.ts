import { join } from 'node:path'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { fileCache } from './cache.ts'
import { folderWith } from './testing/tiny-dataset.ts'

const platform = Object.getOwnPropertyDescriptor(process, 'platform') as PropertyDescriptor

afterEach(() => {
  vi.unstubAllEnvs()
  Object.defineProperty(process, 'platform', platform)
})

function locationOn(name: NodeJS.Platform, variables: Readonly<Record<string, string>>): string | undefined {
  Object.defineProperty(process, 'platform', { ...platform, value: name })
  for (const variable of ['AE_CACHE_DIR', 'XDG_CACHE_HOME', 'LOCALAPPDATA'])
    vi.stubEnv(variable, variables[variable] ?? '')
  vi.stubEnv('HOME', '/home/ada')
  return fileCache('mnist', 'mnist')?.location
}

describe('the cache lies', () => {
  test.each([
    ['linux', {}, '/home/ada/.cache/ae/mnist'],
    ['linux', { XDG_CACHE_HOME: '/fast' }, '/fast/ae/mnist'],
    ['darwin', { XDG_CACHE_HOME: '/fast' }, '/home/ada/Library/Caches/ae/mnist'],
    ['win32', { LOCALAPPDATA: 'C:/Users/ada/AppData/Local' }, 'C:/Users/ada/AppData/Local/ae/Cache/mnist'],
    ['win32', {}, '/home/ada/AppData/Local/ae/Cache/mnist'],
    ['linux', { AE_CACHE_DIR: '/mine', XDG_CACHE_HOME: '/fast' }, '/mine/mnist'],
  ] as const)('on %s with %o in %s', (name, variables, location) => {
    expect(locationOn(name, variables)).toBe(location)
  })
})

test('what is written to the cache is read from it', async () => {
  vi.stubEnv('AE_CACHE_DIR', join(await folderWith(), 'not', 'yet', 'there'))
  const cache = fileCache('mnist', 'mnist')
  expect(await cache?.read('a')).toEqual({ absent: 'no such file' })
  await cache?.write('a', new Uint8Array([1, 2, 3]))
  expect(await cache?.read('a')).toEqual({ file: `${cache?.location}/a`, bytes: new Uint8Array([1, 2, 3]) })
})
