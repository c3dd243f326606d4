import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { recipe } from './recipes.ts'

// `pnpm check consumers` installs, builds and uses that app.
test('the programs of the recipe next are the files of examples/next', () => {
  const { files } = recipe('next')
  expect(Object.keys(files)).toHaveLength(5)
  for (const [file, program] of Object.entries(files)) {
    const own = readFileSync(join(import.meta.dirname, '../../../examples/next', file), 'utf8')
    expect(program, file).toBe(`// ${file}\n${own}`)
  }
})
