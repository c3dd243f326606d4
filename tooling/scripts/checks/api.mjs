// The public types of each package are as its api.md says, so that a change to them is part of the change that makes it.
import { outdatedApis } from '../api.mjs'

/** @type {import('../checks.mjs').Check} */
export async function api() {
  return outdatedApis().map(
    ({ page }) => `${page} is not what is built: see the change by \`pnpm run api\` and git diff`,
  )
}
