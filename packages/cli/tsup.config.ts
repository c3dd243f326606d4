import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { defineLibrary } from '../../tooling/library/tsup.ts'
import { program } from '../../tooling/library/tsup-program.ts'

export default defineLibrary({
  entry: ['src/index.ts', 'src/bin.ts', 'src/thread.ts'],
  ...program,
  async onSuccess() {
    // The manual page, which npm links for `man ae` where the command is installed for all.
    const { stdout } = await promisify(execFile)(process.execPath, ['dist/bin.js', 'man'])
    await writeFile('dist/ae.1', stdout)
  },
})
