// Installed packages as strict TypeScript programs see them, without the types of Node.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readJson, run, tool } from '../workspace.mjs'

/** Besides this repository's own compiler. */
export const compilers = { typescript: '7.0.2' }

const strict = { noEmit: true, strict: true, exactOptionalPropertyTypes: true, target: 'es2022', types: [] }

/**
 * Every declaration is checked where there are the types of a page. Without them TensorFlow.js's own do not compile.
 */
const projects = {
  page: { module: 'nodenext', skipLibCheck: false, lib: ['es2022', 'dom'] },
  'no-page': { module: 'esnext', moduleResolution: 'bundler', skipLibCheck: true, lib: ['es2022'] },
}

/**
 * Compiles programs with the compilers of this repository and of the project.
 *
 * @param {string} folder of a project in which the packages and `compilers` are installed
 * @param {readonly string[]} packages
 * @param {string} program the README's
 */
export async function checkTypes(folder, packages, program) {
  // `main` of the command takes the streams of Node.
  const names = packages.filter((name) => name !== '@ae/cli')
  const every = names.map((name, index) => `export * as package${index} from '${name}'\n`).join('')
  writeFileSync(join(folder, 'program.ts'), program)
  writeFileSync(join(folder, 'page.ts'), `${every}${pageProgram}`)
  writeFileSync(join(folder, 'no-page.ts'), `${every}${plainProgram}`)
  const own = [
    process.execPath,
    join(folder, 'node_modules/typescript', readJson(join(folder, 'node_modules/typescript/package.json')).bin.tsc),
  ]
  for (const [name, options] of Object.entries(projects)) {
    const files = name === 'no-page' ? ['no-page.ts'] : ['program.ts', 'page.ts']
    writeFileSync(join(folder, `${name}.json`), JSON.stringify({ compilerOptions: { ...strict, ...options }, files }))
    for (const compiler of [tool('typescript', 'tsc'), own]) {
      const { output } = await run([...compiler, '--pretty', 'false', '--project', `${name}.json`], { cwd: folder })
      const ours = output.split('\n').filter((line) => line.includes('error TS') && !isOfOthers(line))
      if (ours.length > 0) throw new Error(`${name}, ${compiler.at(-1)}\n${ours.join('\n')}`)
    }
  }
}

/**
 * Declarations of tfjs-core do not compile, and TypeScript 7 declares for pages what `@webgpu/types`, to which they refer, does too.
 *
 * @param {string} line of the compiler
 */
function isOfOthers(line) {
  return /^node_modules\/(@tensorflow|@webgpu)\/|lib\.dom\.d\.ts\(/.test(line)
}

const plainProgram = `import { type Autoencoder, memory } from '@ae/core'

export const store = memory()
export const end = (model: Autoencoder) => model[Symbol.dispose]()
`

const pageProgram = `import { encodeAnimation, encodePng } from '@ae/images'
import type * as tf from '@tensorflow/tfjs-core'

${plainProgram}
export const response = async (image: tf.Tensor) => new Response(await encodePng(image))
export const blob = async (frames: tf.Tensor) => new Blob([await encodeAnimation(frames)])
`
