import { defineLibrary } from '../../tooling/library/tsup.ts'

export default defineLibrary({
  entry: ['src/index.ts', 'src/internal.ts', 'src/bin.ts'],
  // The doctor tries them if they are installed; nothing here depends on them.
  external: ['@ae/models', '@ae/wasm'],
})
