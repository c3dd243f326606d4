// Writes into each package where its sources are, which provenance needs: `node tooling/scripts/addresses.mjs https://host/owner/name`
// in the folder of the workspace. The address is that of the repository that releases, so no file of this repository names it.
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readJson } from './workspace.mjs'

const [address = ''] = process.argv.slice(2)
if (!/^https:\/\/[^/]+\/[^/]+\/[^/]+$/.test(address)) {
  throw new Error(`expected the address of a repository, e.g. https://host/owner/name; received ${address || 'none'}`)
}
for (const name of readdirSync('packages')) {
  const path = join('packages', name, 'package.json')
  const fields = {
    homepage: `${address}/tree/main/packages/${name}#readme`,
    bugs: { url: `${address}/issues` },
    repository: { type: 'git', url: `git+${address}.git`, directory: `packages/${name}` },
  }
  writeFileSync(path, `${JSON.stringify({ ...readJson(path), ...fields }, null, 2)}\n`)
}
