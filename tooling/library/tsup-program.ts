// How a program is built that is installed on its own: with every package that it uses inside, so that an installation is this one
// package, and with their licences.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Options } from 'tsup'

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
  esbuildPlugins: [licences()],
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

/** Writes `dist/THIRD-PARTY-NOTICES.txt`: name, version and licence of every package of others that is inside. */
function licences(): NonNullable<Options['esbuildPlugins']>[number] {
  return {
    name: 'licences',
    setup({ initialOptions, onEnd }) {
      initialOptions.metafile = true
      onEnd(({ metafile }) => {
        if (metafile === undefined) return
        const folders = new Set(
          Object.keys(metafile.inputs)
            .map(packageFolder)
            .filter((folder) => folder !== undefined),
        )
        const texts = new Map([...folders].map((folder) => licenceOf(folder)).filter((entry) => entry !== undefined))
        mkdirSync('dist', { recursive: true }) // esbuild has not written anything yet
        writeFileSync(
          'dist/THIRD-PARTY-NOTICES.txt',
          [...texts]
            .sort()
            .map(([title, text]) => `${title}\n\n${text}`)
            .join(rule),
        )
      })
    },
  }
}

const rule = `\n${'-'.repeat(80)}\n\n`

/** The folder of the package that a file of `node_modules` belongs to. */
function packageFolder(file: string): string | undefined {
  if (!file.includes('node_modules/')) return undefined
  let folder = dirname(file)
  while (!existsSync(join(folder, 'package.json')) || readManifest(folder).name === undefined) folder = dirname(folder)
  return folder
}

function licenceOf(folder: string): readonly [title: string, text: string] | undefined {
  const { name, version, license = 'no licence named' } = readManifest(folder)
  if (name?.startsWith('@ae/')) return undefined
  const file = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name))
  return [`${name} ${version} (${license})`, file === undefined ? '' : readFileSync(join(folder, file), 'utf8').trim()]
}

function readManifest(folder: string): {
  readonly name?: string
  readonly version?: string
  readonly license?: string
} {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
}
