// The names that a piece of a program uses and does not say where from.
import ts from 'typescript'

/** In the order of their first use; also names that only an inner scope declares, whose import does no harm. */
export function freeNames(code: string): readonly string[] {
  const file = ts.createSourceFile('block.ts', code, ts.ScriptTarget.Latest, true)
  const used = new Set<string>()
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) used.add(node.text)
    ts.forEachChild(node, visit)
  }
  visit(file)
  const declared = new Set(file.statements.flatMap(namesOf))
  return [...used].filter((name) => !declared.has(name))
}

/** The names that a statement declares. */
function namesOf(statement: ts.Statement): readonly string[] {
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations.flatMap(({ name }) => bound(name))
  if (ts.isImportDeclaration(statement)) {
    const { name, namedBindings } = statement.importClause ?? {}
    const named =
      namedBindings === undefined ? [] : ts.isNamespaceImport(namedBindings) ? [namedBindings] : namedBindings.elements
    return [...(name === undefined ? [] : [name.text]), ...named.map(({ name }) => name.text)]
  }
  const { name } = statement as { name?: ts.Node }
  return name !== undefined && ts.isIdentifier(name) ? [name.text] : []
}

/** The names of a pattern. */
function bound(name: ts.BindingName): readonly string[] {
  if (ts.isIdentifier(name)) return [name.text]
  return name.elements.flatMap((element) => (ts.isBindingElement(element) ? bound(element.name) : []))
}
