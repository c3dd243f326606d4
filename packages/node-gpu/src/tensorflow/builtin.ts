// Node's built-in modules, for code that works only with them.
import { AutoencoderError } from '@ae/core'
import { nodeModule } from '@ae/core/internal'

interface Modules {
  readonly 'node:child_process': typeof import('node:child_process')
  readonly 'node:fs': typeof import('node:fs')
  readonly 'node:module': typeof import('node:module')
  readonly 'node:os': typeof import('node:os')
  readonly 'node:path': typeof import('node:path')
  readonly 'node:url': typeof import('node:url')
}

/**
 * One of Node's built-in modules.
 *
 * @throws {AutoencoderError} outside Node
 */
export function builtin<name extends keyof Modules>(name: name): Modules[name] {
  const module = nodeModule<Modules[name]>(name)
  if (module !== undefined) return module
  throw new AutoencoderError('libtensorflow works in Node only.', { fix: 'in a page, take a backend from @ae/web' })
}
