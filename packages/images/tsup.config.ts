import { defineLibrary } from '../../tooling/library/tsup.ts'

export default defineLibrary({ entry: ['src/index.ts', 'src/internal.ts'] })
