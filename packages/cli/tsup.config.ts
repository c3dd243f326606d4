import { defineLibrary } from '../../tooling/library/tsup.ts'
import { program } from '../../tooling/library/tsup-program.ts'

export default defineLibrary({ entry: ['src/index.ts', 'src/bin.ts', 'src/thread.ts'], ...program })
