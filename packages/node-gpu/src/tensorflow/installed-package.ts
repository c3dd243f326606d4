// Where the npm packages that carry TensorFlow's addon for Node are installed.
import { isNode } from '@ae/core/internal'
import { builtin } from './builtin.ts'

/** The npm packages, by the kind of libtensorflow that each runs. */
export const tensorflowPackages = {
  /** The CPU. */
  native: '@tensorflow/tfjs-node',
  /** An NVIDIA GPU. */
  cuda: '@tensorflow/tfjs-node-gpu',
} as const

/** The name of an npm package that carries the addon. */
export type TensorflowPackage = (typeof tensorflowPackages)[keyof typeof tensorflowPackages]

/** An installed package. */
export interface InstalledPackage {
  /** Its name. */
  readonly name: TensorflowPackage
  /** Its version, e.g. `4.22.0`. */
  readonly version: string
  /** Its folder. */
  readonly folder: string
  /** The path of its addon. The file may be absent: an install script or `linkLibtensorflow` creates it. */
  readonly addon: string
}

/**
 * Finds an installed package without loading it.
 *
 * @param name which one
 * @param places files from which `node_modules` is searched, upwards; defaults to this module, then the working folder
 * @returns undefined where it is not installed, and outside Node
 */
export function findPackage(
  name: TensorflowPackage,
  places: readonly string[] = defaultPlaces(),
): InstalledPackage | undefined {
  for (const place of places) {
    try {
      const require = requireFrom(place)
      const manifest = require.resolve(`${name}/package.json`)
      const { version } = require(manifest) as { version: string }
      const folder = manifest.slice(0, -'/package.json'.length)
      return { name, version, folder, addon: `${folder}/${addonPath}` }
    } catch {
      // not installed there
    }
  }
  return undefined
}

/** Node's `require` as seen from the file `place`, a path or a URL. */
export function requireFrom(place: string): NodeJS.Require {
  return builtin('node:module').createRequire(place)
}

/** The file of this module, as a URL or a path. */
export function thisModule(): string {
  return import.meta.url ?? __filename // CommonJS has no import.meta
}

/** Version 8 of Node's binary interface is the newest that the packages support; every Node since 16 has it. */
const addonPath = 'lib/napi-v8/tfjs_binding.node'

function defaultPlaces(): string[] {
  if (!isNode) return []
  return [thisModule(), `${process.cwd()}/package.json`]
}
