// Compiles programs as a user's project does.
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { root } from './blocks.ts'

/** @returns a line for each error of these files: file, line, text. */
export function typeErrors(files: readonly string[], changes: ts.CompilerOptions = {}): readonly string[] {
  const { config } = ts.readConfigFile(join(import.meta.dirname, '../tsconfig.json'), ts.sys.readFile)
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, join(import.meta.dirname, '..'))
  const program = ts.createProgram([...files], { ...options, ...published(), ...changes })
  return ts.getPreEmitDiagnostics(program).map(({ file, start = 0, messageText }) => {
    const line = (file?.getLineAndCharacterOfPosition(start).line ?? 0) + 1
    return `${file?.fileName}:${line} ${ts.flattenDiagnosticMessageText(messageText, ' ')}`
  })
}

/** The types that are published, where the packages are built; else those of their sources. */
function published(): ts.CompilerOptions {
  const folder = join(root, 'packages')
  const isBuilt = readdirSync(folder).every((name) => existsSync(join(folder, name, 'dist/index.d.ts')))
  return isBuilt ? { customConditions: [] } : {}
}
