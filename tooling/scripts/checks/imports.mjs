// Imports run one way: core <- losses <- models <- metrics; core <- datasets, images and the backends, of which
// webgpu <- node-gpu, web; the rest sees all.
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, resolve, sep } from 'node:path'
import ts from 'typescript'
import { publishedPackages, root } from '../workspace.mjs'

/** What the sources of a package may import of the others. A package without a line may import none. */
const mayImport = {
  core: [],
  losses: ['core'],
  models: ['core', 'losses'],
  metrics: ['core', 'losses', 'models'],
  datasets: ['core'],
  images: ['core'],
  wasm: ['core'],
  webgpu: ['core'],
  'node-gpu': ['core', 'webgpu'],
  web: ['core', 'wasm', 'webgpu'],
  cli: ['core', 'losses', 'models', 'metrics', 'datasets', 'images', 'wasm', 'node-gpu'],
}

/** What a package tries at run time, by `import()` alone, where its user has installed it. */
const mayTry = {
  'node-gpu': ['models', 'wasm'], // the doctor
}

/** Who may import which backend of tfjs. Everybody else goes through the tfjs core API. */
const mayImportBackend = {
  wasm: ['wasm'],
  webgpu: ['webgpu'],
  web: ['webgl'],
  cli: ['cpu'],
}

/** What `@ae/core` exports beside itself. */
const entriesOfCore = ['@ae/core/internal', '@ae/core/kernels']

/** Packages that run in Node only, so that a static import of a Node module harms nobody. */
const nodeOnly = ['cli']

/** @type {import('../checks.mjs').Check} */
export async function imports() {
  return publishedPackages().flatMap((package_) =>
    sourceFiles(join(package_.folder, 'src')).flatMap((file) => {
      const text = readFileSync(file, 'utf8')
      return importsOf(file, text).flatMap(({ name, position, lazy }) => {
        const problem = problemOf(name, file, package_, lazy)
        const line = text.slice(0, position).split('\n').length
        return problem === undefined ? [] : [`${relative(root, file)}:${line} imports ${name}: ${problem}`]
      })
    }),
  )
}

/**
 * Static, dynamic and re-exporting imports; not `typeof import('...')`, of which nothing is left at run time. Lazy ones
 * load nothing when the package is imported: dynamic imports, and those of types.
 *
 * @param {string} file
 * @param {string} text
 */
function importsOf(file, text) {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest)
  /** @type {{ name: string, position: number, lazy: boolean }[]} */
  const found = []
  const add = (/** @type {ts.Node | undefined} */ name, lazy = false) => {
    if (name !== undefined && ts.isStringLiteralLike(name)) {
      found.push({ name: name.text, position: name.pos + 1, lazy })
    }
  }
  const visit = (/** @type {ts.Node} */ node) => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, node.importClause?.isTypeOnly)
    if (ts.isExportDeclaration(node)) add(node.moduleSpecifier)
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) add(node.arguments[0], true)
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}

/**
 * @param {string} name what is imported
 * @param {string} file the file that imports it
 * @param {import('../workspace.mjs').Package} package_ the package of that file
 * @param {boolean} lazy whether nothing is loaded when the package is imported
 * @returns {string | undefined}
 */
function problemOf(name, file, { folder, name: packageName, shortName }, lazy) {
  if (name.startsWith('.')) {
    const inside = resolve(file, '..', name).startsWith(folder + sep)
    return inside || isTest(file) ? undefined : 'a relative import stays inside the package'
  }
  if (name === packageName) return 'a package imports its own files by path'
  if (isTest(file)) return undefined
  if (name.startsWith('node:')) {
    return nodeOnly.includes(shortName) ? undefined : 'bundlers for browsers refuse it; use process.getBuiltinModule'
  }
  const other = /^@ae\/([^/]+)(\/.+)?$/.exec(name)
  if (other !== null) {
    if (other[2] !== undefined && !entriesOfCore.includes(other[0])) return 'only the package itself, not its files'
    const allowed = [...lookUp(mayImport, shortName), ...(lazy ? lookUp(mayTry, shortName) : [])]
    return allowed.includes(other[1] ?? '')
      ? undefined
      : `${shortName} may import ${allowed.join(', ') || 'no other package'}`
  }
  const tensorflow = /^@tensorflow\/tfjs(?:-([^/]+))?(\/.+)?$/.exec(name)
  if (tensorflow === null) return undefined
  if (tensorflow[2] !== undefined && tensorflow[1] === 'core') return 'only the public exports of tfjs-core'
  if (tensorflow[1] === 'core') return undefined
  const backend = /^backend-(.+)$/.exec(tensorflow[1] ?? '')?.[1] ?? name
  return lookUp(mayImportBackend, shortName).includes(backend) ? undefined : `${shortName} does not own that backend`
}

/**
 * Tests, and what stands in a folder `testing`, may import more: turbo refuses a cycle among the packages, and nothing of
 * a test is published.
 *
 * @param {string} file
 */
function isTest(file) {
  return /\.(test|test-d)\.ts$|[/\\]testing[/\\]/.test(file)
}

/**
 * @param {Readonly<Record<string, readonly string[]>>} table
 * @param {string} name
 */
function lookUp(table, name) {
  return table[name] ?? []
}

/** @param {string} folder */
function sourceFiles(folder) {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.[cm]?[jt]sx?$/.test(path))
    .map((path) => join(folder, path))
    .sort()
}
