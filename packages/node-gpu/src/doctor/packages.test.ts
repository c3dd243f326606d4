import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { importIfInstalled, installedVersion } from './packages.ts'

test('a version is that of the installed package, also of what a dependency alone sees', () => {
  expect(installedVersion('@tensorflow/tfjs-core')).toBe('4.22.0')
  expect(installedVersion('@tensorflow/tfjs-backend-wasm', '@ae/wasm')).toBe('4.22.0')
  expect(installedVersion('@tensorflow/tfjs-backend-wasm', '@made-up/wasm')).toBeNull()
  expect(installedVersion('@made-up/wasm')).toBeNull()
})

const absent = (name: string) => async () => {
  throw Object.assign(new Error(`Cannot find package '${name}' imported from here`), { code: 'ERR_MODULE_NOT_FOUND' })
}

test('a package that this one does not see is looked for from the working folder', async () => {
  expect(await importIfInstalled('commander', absent('commander'))).toHaveProperty('Command')
  expect(await importIfInstalled('@made-up/wasm', absent('@made-up/wasm'))).toBeUndefined()
})

test('a package that is there and broken is no absent one', async () => {
  const broken = async () => {
    throw Object.assign(new Error("Cannot find package 'left-pad'"), { code: 'ERR_MODULE_NOT_FOUND' })
  }
  await expect(importIfInstalled('@ae/wasm', broken)).rejects.toThrow('left-pad')
})

test('a package of ES modules is found from the working folder too, as npm install puts it there', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ae-esm-'))
  const own = join(folder, 'node_modules/only-esm')
  mkdirSync(own, { recursive: true })
  writeFileSync(join(own, 'package.json'), '{ "name": "only-esm", "type": "module", "main": "index.js" }')
  writeFileSync(join(own, 'index.js'), "export const word = await Promise.resolve('here')")
  const cwd = vi.spyOn(process, 'cwd').mockReturnValue(folder)
  expect(await importIfInstalled('only-esm', absent('only-esm'))).toMatchObject({ word: 'here' })
  cwd.mockRestore()
})
