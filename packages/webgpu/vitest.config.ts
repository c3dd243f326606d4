import { softwareVulkan } from '../../tooling/library/software-vulkan.ts'
import { defineTests } from '../../tooling/library/vitest.ts'

export default defineTests({ env: softwareVulkan() })
