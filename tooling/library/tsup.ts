// How every package is built: ES module and CommonJS with their declarations, dependencies left outside.
import { defineConfig, type Options } from 'tsup'

/** The build of one package. `entry` defaults to `src/index.ts`. */
export function defineLibrary(
  options: Pick<Options, 'entry' | 'onSuccess' | 'external' | 'noExternal' | 'loader'> = {},
) {
  return defineConfig({
    entry: ['src/index.ts'],
    format: ['esm', 'cjs'],
    // From the declarations of the other packages, which turbo has built before: quicker than from their sources.
    dts: { compilerOptions: { customConditions: [] } },
    sourcemap: true,
    clean: true,
    splitting: true,
    treeshake: true,
    target: 'es2022',
    esbuildOptions: (esbuild) => {
      esbuild.conditions = ['import']
    },
    ...options,
  })
}
