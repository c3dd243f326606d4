// The path of the tfjs-node that `pnpm run link:native` links: a dependency of @ae/node-gpu.
import { createRequire } from 'node:module'

const { resolve } = createRequire(new URL('../../packages/node-gpu/package.json', import.meta.url))

/** The path of its module. */
export const tfjsNode = resolve('@tensorflow/tfjs-node')
