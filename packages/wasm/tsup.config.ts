import { copyFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { defineLibrary } from '../../tooling/library/tsup.ts'

// A page finds tfjs's file beside ours, whatever bundles it: src/binary.ts.
const name = 'tfjs-backend-wasm-simd.wasm'
const source = createRequire(import.meta.url).resolve(`@tensorflow/tfjs-backend-wasm/dist/${name}`)

export default defineLibrary({ onSuccess: () => copyFile(source, `dist/${name}`) })
