// How a program is built that is installed on its own: with every package that it uses inside, so that an installation is this one
// package, with their licences.
import type { Options } from 'tsup'
import { thirdPartyNotices } from './notices.ts'

/**
 * The options of `defineLibrary` for a program. What its package.json names under `dependencies` and `peerDependencies` stays
 * outside.
 */
export const program = {
  sourcemap: false, // three times the size of the program
  // Packages that are CommonJS expect these.
  banner: ({ format }: { readonly format: string }) => (format === 'esm' ? { js: commonJsNames } : {}),
  esbuildOptions: (esbuild) => {
    esbuild.conditions = ['module', 'import'] // of our own packages the ES modules, so that each is inside once
  },
  esbuildPlugins: [thirdPartyNotices()],
} satisfies Partial<Options>

/** Under names that no module has: the line is put before each, and must not declare one again. */
const commonJsNames = [
  "import { createRequire as $createRequire } from 'node:module'",
  "import { dirname as $dirname } from 'node:path'",
  "import { fileURLToPath as $fileURLToPath } from 'node:url'",
  'const require = $createRequire(import.meta.url)',
  'const __filename = $fileURLToPath(import.meta.url)',
  'const __dirname = $dirname(__filename)',
].join('\n')
