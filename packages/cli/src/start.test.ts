// What `ae --help` loads, by the imports of the sources: the start of every verb is as short.
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'

test('ae --help loads the parser and the descriptions of the verbs, but no library and no program of a verb', () => {
  const seen = new Set([join(import.meta.dirname, 'bin.ts')])
  const packages = new Set<string>()
  for (const file of seen) {
    const text = readFileSync(file, 'utf8')
    for (const [, name = ''] of text.matchAll(/^(?:import|export)\b(?! type\b)[^'"]*?\bfrom '([^']+)'/gm)) {
      if (name.startsWith('.')) seen.add(join(dirname(file), name))
      else packages.add(name)
    }
  }
  expect([...packages].sort()).toEqual(['commander', 'node:fs'])
  expect([...seen].filter((file) => file.includes('/run/'))).toEqual([])
  expect(seen.size).toBeGreaterThan(8)
})
