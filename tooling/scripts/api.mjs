// The public types of each package as text, in its api.md, so that a review sees each change to them:
// `pnpm run api` builds and writes these files.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { publishedPackages, root } from './workspace.mjs'

/**
 * @typedef {object} Page
 * @property {string} page its path in the repository
 * @property {string} text what it has to be
 */

/** @returns {Page[]} those whose file differs */
export function outdatedApis() {
  const packages = publishedPackages().map((package_) => ({ ...package_, entries: entriesOf(package_) }))
  const files = packages.flatMap(({ entries }) => entries.map(({ file }) => file))
  const program = ts.createProgram(files, {
    module: ts.ModuleKind.NodeNext,
    target: ts.ScriptTarget.ES2022,
    strict: true,
    skipLibCheck: true,
    noEmit: true,
    types: [],
  })
  return packages
    .map(({ name, shortName, folder, entries }) => {
      const parts = entries.map(({ place, file }) => describe(place, file, join(folder, 'dist') + sep, program))
      return { page: `packages/${shortName}/api.md`, text: `${heading(name)}\n${parts.join('\n')}` }
    })
    .filter(({ page, text }) => {
      const path = join(root, page)
      return !existsSync(path) || readFileSync(path, 'utf8') !== text
    })
}

/** @param {string} name */
function heading(name) {
  return `# The public types of ${name}

Written by \`pnpm run api\`; \`pnpm run check api\` compares.
`
}

/**
 * The entries whose names users may import, with their declarations.
 *
 * @param {import('./workspace.mjs').Package} package_
 */
function entriesOf({ name, folder, manifest }) {
  return Object.entries(manifest.publishConfig.exports)
    .filter(([place]) => place !== './package.json' && place !== './internal')
    .map(([place, { import: conditions }]) => ({
      place: join(name, place).replaceAll(sep, '/'),
      file: join(folder, conditions.types),
    }))
}

/**
 * @param {string} place
 * @param {string} file
 * @param {string} own the folder of the package's declarations
 * @param {ts.Program} program
 */
function describe(place, file, own, program) {
  const checker = program.getTypeChecker()
  const source = program.getSourceFile(file)
  const module = source && checker.getSymbolAtLocation(source)
  if (module === undefined) throw new Error(`${place} is not built: run \`pnpm build\``)
  const target = (/** @type {ts.Symbol} */ symbol) =>
    symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol
  const exported = new Map(checker.getExportsOfModule(module).map((symbol) => [target(symbol), symbol.name]))
  const seen = new Set(exported.keys())

  /** @type {{ name: string, text: string, hidden: boolean }[]} */
  const found = []
  for (const symbol of seen) {
    const name = exported.get(symbol) ?? symbol.name
    const nodes = (symbol.declarations ?? []).map(statementOf).filter((node) => node.getSourceFile().fileName !== '')
    const inside = nodes.filter((node) => join(node.getSourceFile().fileName).startsWith(own))
    const texts = inside.map((node) => printer.printNode(ts.EmitHint.Unspecified, node, node.getSourceFile()))
    const renamed = symbol.name === name ? '' : `// as ${name}\n`
    const text = texts.length > 0 ? renamed + texts.join('\n') : `export { ${name} } // of another package`
    found.push({ name, text, hidden: !exported.has(symbol) })
    for (const node of inside)
      for (const used of symbolsIn(node, checker)) if (isOwn(target(used), own)) seen.add(target(used))
  }
  const texts = (/** @type {boolean} */ hidden) =>
    found
      .filter((entry) => entry.hidden === hidden)
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .map(({ text }) => text)
  const hidden = texts(true)
  return `## ${place}

\`\`\`ts
${texts(false).join('\n\n')}
\`\`\`
${hidden.length === 0 ? '' : `\nNot exported, but part of those:\n\n\`\`\`ts\n${hidden.join('\n\n')}\n\`\`\`\n`}`
}

const printer = ts.createPrinter({ removeComments: true })

/**
 * A variable's statement is two levels above its declaration.
 *
 * @param {ts.Node} declaration
 */
function statementOf(declaration) {
  return ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration
}

/**
 * Whether a symbol is declared at the top of one of the package's own files.
 *
 * @param {ts.Symbol} symbol
 * @param {string} own
 */
function isOwn(symbol, own) {
  return (symbol.declarations ?? []).some((declaration) => {
    const { parent } = statementOf(declaration)
    return parent !== undefined && ts.isSourceFile(parent) && join(parent.fileName).startsWith(own)
  })
}

/**
 * @param {ts.Node} node
 * @param {ts.TypeChecker} checker
 * @returns {ts.Symbol[]} what its identifiers mean
 */
function symbolsIn(node, checker) {
  /** @type {ts.Symbol[]} */
  const found = []
  const visit = (/** @type {ts.Node} */ child) => {
    const symbol = ts.isIdentifier(child) ? checker.getSymbolAtLocation(child) : undefined
    if (symbol !== undefined) found.push(symbol)
    ts.forEachChild(child, visit)
  }
  visit(node)
  return found
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const { page, text } of outdatedApis()) {
    writeFileSync(join(root, page), text)
    console.log(`wrote ${page}`)
  }
}
