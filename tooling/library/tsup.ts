// How every package is built: as ES module and CommonJS with their declarations, with dependencies kept external.
import { writeFile } from 'node:fs/promises'
import { join, parse } from 'node:path'
import { defineConfig, type Options } from 'tsup'

type ExtraOption =
  | 'onSuccess'
  | 'external'
  | 'noExternal'
  | 'loader'
  | 'sourcemap'
  | 'banner'
  | 'esbuildOptions'
  | 'esbuildPlugins'

/**
 * The build of one package. `entry` defaults to `src/index.ts`. `alone` names modules without state that the source loads by
 * `import()` and that a bundler shall leave out of the first script; see {@link scriptsOfTheirOwn}. `scripts` are more scripts, by
 * their names in `dist`, that nothing imports, such as that of a thread.
 */
export function defineLibrary({
  entry = ['src/index.ts'],
  alone = [],
  scripts = {},
  ...options
}: Pick<Options, ExtraOption> & { entry?: string[]; alone?: string[]; scripts?: Record<string, string> } = {}) {
  return defineConfig({
    entry: { ...Object.fromEntries(entry.map((file) => [parse(file).name, file])), ...scripts },
    format: ['esm', 'cjs'],
    dts: {
      // From the declarations of the other packages, which turbo has already built: faster than from their sources.
      compilerOptions: { customConditions: [] },
      // Models have `Symbol.dispose`, which no TypeScript library that a target selects declares.
      banner: '/// <reference lib="esnext.disposable" />',
    },
    sourcemap: true,
    clean: true,
    splitting: true,
    treeshake: true,
    target: 'es2022',
    esbuildOptions: (esbuild) => {
      esbuild.conditions = ['import']
    },
    plugins: [requireInCommonJs(), moduleForNode(entry)],
    esbuildPlugins: [scriptsOfTheirOwn(alone)],
    ...options,
  })
}

/**
 * In the build of ES modules, `import('./x.ts')` of these modules loads a script `x-alone.js` that repeats what it needs of the
 * package. As a chunk, `x` would share a script with code of the entry, if the entry exports `x` too, and bundlers put a
 * script that both use into the first one, whole.
 */
function scriptsOfTheirOwn(alone: readonly string[]): NonNullable<Options['esbuildPlugins']>[number] {
  return {
    name: 'scripts-of-their-own',
    setup({ esbuild, initialOptions, onResolve }) {
      if (initialOptions.format !== 'esm') return
      onResolve({ filter: /^\./ }, async ({ kind, path, resolveDir }) => {
        const { name } = parse(path)
        if (kind !== 'dynamic-import' || !alone.includes(name)) return undefined
        await esbuild.build({
          entryPoints: [join(resolveDir, path)],
          outfile: `dist/${name}-alone.js`,
          bundle: true,
          packages: 'external',
          format: 'esm',
          target: 'es2022',
          sourcemap: true,
        })
        return { path: `./${name}-alone.js`, external: true }
      })
    },
  }
}

type Plugin = NonNullable<Options['plugins']>[number]

/**
 * In the CommonJS build, loads our own chunks and TensorFlow.js by `require` where the source says `import()`. That is faster in
 * Node (docs/decisions/0014-sampling.md). Other packages may be ES modules and keep their `import()`.
 */
function requireInCommonJs(): Plugin {
  return {
    name: 'require-in-commonjs',
    renderChunk(code) {
      if (this.format !== 'cjs') return undefined
      const lazy = /\bimport\((["'](?:\.\/|@tensorflow\/)[^"']+["'])\)/g
      return { code: code.replaceAll(lazy, 'Promise.resolve().then(() => require($1))') }
    },
  }
}

/**
 * Writes `dist/index.node.js`, which `import` finds in Node: it requires the CommonJS build and re-exports its names. Does the
 * same for every other entry that exports something. See docs/decisions/0014-sampling.md.
 */
function moduleForNode(entries: readonly string[]): Plugin {
  const namesByEntry = new Map<string, readonly string[]>()
  return {
    name: 'module-for-node',
    renderChunk(_, { entryPoint, exports = [] }) {
      if (this.format !== 'esm' || entryPoint === undefined || !entries.includes(entryPoint)) return
      if (exports.length > 0) namesByEntry.set(parse(entryPoint).name, exports)
    },
    async buildEnd() {
      if (this.format !== 'esm') return
      for (const [entry, names] of namesByEntry)
        await writeFile(`dist/${entry}.node.js`, requiring(`./${entry}.cjs`, names))
    },
  }
}

/** An ES module that re-exports the names of a CommonJS file. */
function requiring(file: string, names: readonly string[]): string {
  // Bun's bundler takes this file and follows only a plain `require`, not `createRequire`. Node defines `require` in CommonJS
  // and, as a global that resolves from the working folder, in `node --eval` and the REPL.
  const bundled = "typeof require === 'function' && require !== globalThis.require"
  return [
    "import { createRequire } from 'node:module'",
    `const built = ${bundled} ? require('${file}') : createRequire(import.meta.url)('${file}')`,
    `export const { ${[...names].sort().join(', ')} } = built`,
    '',
  ].join('\n')
}
