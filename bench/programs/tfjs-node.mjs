// Where the tfjs-node lies that `pnpm run link:native` links: it is @ae/node-gpu's.
import { createRequire } from 'node:module'

const { resolve } = createRequire(new URL('../../packages/node-gpu/package.json', import.meta.url))

/** The path of its module. */
export const tfjsNode = resolve('@tensorflow/tfjs-node')
