// Checks that imports between packages run as CONTRIBUTING.md draws them, and that the files of a package import each other in no circle.
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, resolve, sep } from 'node:path'
import ts from 'typescript'
import { publishedPackages, root } from '../workspace.mjs'

/** What a package tries to load at run time, only by `import()`, if its user has installed it. */
const mayTry = {
  'node-gpu': ['models', 'wasm'], // the doctor
}

/** Which packages may import which tfjs backend. All others use the API of tfjs-core. */
const mayImportBackend = {
  wasm: ['wasm'],
  webgpu: ['webgpu'],
  web: ['webgl'],
  cli: ['cpu'],
}

/** What packages may export besides themselves. */
const entries = ['/internal', '/kernels', '/node', '/worker']

/** Folders and files of packages that only run in Node, where a static import of a Node module is harmless. */
const nodeOnly = ['cli/', 'server/src/node/']

/** @type {import('../checks.mjs').Check} */
export async function imports() {
  const mayImport = drawnImports(readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8'))
  return publishedPackages().flatMap((package_) => {
    const allowed = mayImport.get(package_.shortName)
    if (allowed === undefined) return [`CONTRIBUTING.md does not draw what ${package_.shortName} may import`]
    /** @type {Map<string, string[]>} */
    const graph = new Map()
    const problems = sourceFiles(join(package_.folder, 'src')).flatMap((file) => {
      const text = readFileSync(file, 'utf8')
      const found = importsOf(file, text)
      const inside = found.filter(({ name }) => name.startsWith('.')).map(({ name }) => resolve(file, '..', name))
      graph.set(file, inside)
      return found.flatMap(({ name, position, lazy }) => {
        const problem = problemOf(name, file, package_, [
          ...allowed,
          ...(lazy ? lookUp(mayTry, package_.shortName) : []),
        ])
        const line = text.slice(0, position).split('\n').length
        return problem === undefined ? [] : [`${relative(root, file)}:${line} imports ${name}: ${problem}`]
      })
    })
    const circles = circlesIn(graph).map((files) => files.map((file) => relative(root, file)).join('\n  imports '))
    return [
      ...problems,
      ...circles.map((circle) => `${circle}\nin a circle: move what both need into a file of its own`),
    ]
  })
}

/**
 * What each package may import: those that its line of the drawing points at, and all that these may.
 *
 * @param {string} guide the text of CONTRIBUTING.md
 * @returns {ReadonlyMap<string, ReadonlySet<string>>}
 */
function drawnImports(guide) {
  const drawing = /Imports run one way[\s\S]*?\n```\w*\n([^`]+)```/.exec(guide)?.[1]
  if (drawing === undefined) throw new Error('CONTRIBUTING.md does not draw how imports run')
  /** @type {Map<string, Set<string>>} */
  const drawn = new Map()
  for (const line of drawing.trim().split('\n')) {
    const groups = line.split('<-').map((group) => group.split('|').map((name) => name.trim()))
    for (const [i, group] of groups.entries()) {
      for (const name of group) {
        drawn.set(name, new Set([...(drawn.get(name) ?? []), ...(groups[i - 1] ?? [])]))
      }
    }
  }
  // A set grows while it is walked, so that what is reached by two steps or more is in it too.
  for (const reached of drawn.values())
    for (const name of reached) for (const next of drawn.get(name) ?? []) reached.add(next)
  return drawn
}

/**
 * One circle for each import that closes one; imports of types count.
 *
 * @param {ReadonlyMap<string, readonly string[]>} graph what each file imports
 * @returns {string[][]} the files of each circle, the first one again at the end
 */
function circlesIn(graph) {
  /** @type {string[][]} */
  const circles = []
  /** @type {string[]} */
  const path = []
  const done = new Set()
  const visit = (/** @type {string} */ file) => {
    if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file])
    else if (!done.has(file)) {
      path.push(file)
      for (const next of graph.get(file) ?? []) visit(next)
      path.pop()
      done.add(file)
    }
  }
  for (const file of graph.keys()) visit(file)
  return circles
}

/**
 * Static, dynamic and re-exporting imports, but not `typeof import('...')`, which leaves nothing at run time. Lazy imports are
 * those that load nothing when the package is imported: dynamic imports, and imports of types.
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
 * @param {string} name the imported module
 * @param {string} file the file that imports it
 * @param {import('../workspace.mjs').Package} package_ the package of that file
 * @param {readonly string[]} allowed the other packages that it may import
 * @returns {string | undefined}
 */
function problemOf(name, file, { folder, name: packageName, shortName }, allowed) {
  if (name.startsWith('.')) {
    const inside = resolve(file, '..', name).startsWith(folder + sep)
    return inside || isTest(file) ? undefined : 'a relative import stays inside the package'
  }
  if (name === packageName) return 'a package imports its own files by path'
  if (isTest(file)) return undefined
  if (name.startsWith('node:')) {
    const place = `${shortName}/${relative(folder, file).split(sep).join('/')}`
    return nodeOnly.some((own) => place.startsWith(own))
      ? undefined
      : 'bundlers for browsers refuse it; use process.getBuiltinModule'
  }
  const other = /^@ae\/([^/]+)(\/.+)?$/.exec(name)
  if (other !== null) {
    if (other[2] !== undefined && !entries.includes(other[2])) return 'only the package itself, not its files'
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
 * Tests, and files in a folder `testing`, may import more: turbo refuses cycles among the packages, and tests are not
 * published.
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
