// Which Chromium runs the browser tests, and how it is started: without network access, with WebGL and WebGPU in software.
import { accessSync, constants, existsSync, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { chromium } from 'playwright'

/** The command that installs a browser on a machine without one. */
export const howToGetChromium = 'apt-get install chromium (or npx playwright install chromium)'

/**
 * Finds a Chromium: `AE_CHROMIUM` (`none` means none), else `chromium`, `chromium-browser` or `google-chrome` on the PATH, else the one that
 * playwright has installed.
 *
 * @param environment defaults to the process's own
 * @param installed the path of playwright's own Chromium; it need not exist
 * @returns the path of its executable; undefined if there is none
 * @throws {Error} when `AE_CHROMIUM` does not name an executable file
 */
export function findChromium(
  environment: Readonly<Record<string, string | undefined>> = process.env,
  installed: string = chromium.executablePath(),
): string | undefined {
  const { AE_CHROMIUM: chosen, PATH = '' } = environment
  if (chosen === 'none') return undefined
  if (chosen) {
    if (isExecutable(chosen)) return chosen
    throw new Error(`AE_CHROMIUM names no executable file: ${chosen}`)
  }
  const folders = PATH.split(delimiter).filter((folder) => folder !== '')
  const names = ['chromium', 'chromium-browser', 'google-chrome']
  const candidates = names.flatMap((name) => folders.map((folder) => join(folder, name)))
  return candidates.find(isExecutable) ?? (existsSync(installed) ? installed : undefined)
}

/** The flags that start Chromium. */
export const chromiumFlags: readonly string[] = [
  '--no-sandbox', // a container's root cannot have one
  '--no-first-run',
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // WebGL 2 on the CPU, the same on every machine
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
  '--ignore-gpu-blocklist',
  // WebGPU on the CPU; a page sees a fallback adapter
  '--enable-unsafe-webgpu',
  '--enable-features=Vulkan',
  '--use-vulkan=swiftshader',
  '--use-webgpu-adapter=swiftshader',
  '--disable-vulkan-surface',
]

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}
