// Runs the `ae` command in the test's own process.
import { vi } from 'vitest'
import { main } from '../main.ts'

/**
 * @param args what follows the command's name
 * @param onWrite receives each text that it writes
 * @returns the exit code, and all that it wrote
 */
export async function ae(args: readonly string[], onWrite: (text: string) => void = () => {}) {
  const written = { stdout: '', stderr: '' }
  const spies = (['stdout', 'stderr'] as const).map((name) =>
    vi.spyOn(process[name], 'write').mockImplementation((text) => {
      written[name] += text
      onWrite(String(text))
      return true
    }),
  )
  try {
    return { code: await main(args), ...written }
  } finally {
    for (const spy of spies) spy.mockRestore()
  }
}
