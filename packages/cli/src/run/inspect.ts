// The program of `ae inspect`.
import { file, http } from '@ae/core'
import { inspect } from '@ae/models'
import type { Run } from '../verb.ts'

/** Prints what a file holds, as text or as JSON. */
export const run: Run = async (settings, { stdout }) => {
  const source = String(settings.file)
  const inspection = await inspect(/^https?:\/\//i.test(source) ? http(source) : file(source))
  stdout.write(`${settings.json ? JSON.stringify(inspection, null, 2) : inspection}\n`)
  return 0
}
