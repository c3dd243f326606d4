// Debian's `chromium` ships a Vulkan loader and SwiftShader, a Vulkan driver that computes on the CPU. With them Dawn has an
// adapter on a machine without a GPU, and the same one everywhere.
import { existsSync } from 'node:fs'

const folder = '/usr/lib/chromium'

/**
 * The environment in which Dawn finds an adapter.
 *
 * @returns what to add to the environment of a process before it starts: SwiftShader if it is installed, unless
 *   `VK_ICD_FILENAMES` already names a driver or `AE_VULKAN=system` asks for the system's own; otherwise nothing
 */
export function softwareVulkan(): Record<string, string> {
  if (process.env.VK_ICD_FILENAMES !== undefined || process.env.AE_VULKAN === 'system') return {}
  if (!existsSync(`${folder}/vk_swiftshader_icd.json`)) return {}
  return {
    VK_ICD_FILENAMES: `${folder}/vk_swiftshader_icd.json`,
    LD_LIBRARY_PATH: [process.env.LD_LIBRARY_PATH, folder].filter(Boolean).join(':'),
  }
}
