// A package registry on the loopback address that holds our packages and no other: verdaccio, in this process.
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { runServer } from 'verdaccio'

/**
 * An address with the rights to publish there.
 *
 * @typedef {object} Registry
 * @property {string} address ends with `/`
 * @property {string} token of a user who may publish
 * @property {() => void} close
 */

/**
 * @param {string} folder where it keeps its files
 * @returns {Promise<Registry>}
 */
export async function startRegistry(folder) {
  // npm caches what it reads by address, so no two registries may have the same one, even if they have the same port.
  const prefix = `/${randomUUID()}/`
  /** @type {import('node:http').Server} */
  const server = await runServer({
    self_path: join(folder, 'config.yaml'),
    storage: join(folder, 'storage'),
    auth: { htpasswd: { file: join(folder, 'users') } },
    packages: { '@ae/*': { access: '$all', publish: '$authenticated' } },
    web: { enable: false },
    log: { type: 'stdout', format: 'json', level: 'error' },
    url_prefix: prefix,
    max_body_size: '64mb',
  })
  cutOff(prefix, server)
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)))
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address())
  const address = `http://127.0.0.1:${port}${prefix}`
  return { address, token: await addUser(address), close: () => void server.close().closeAllConnections() }
}

/**
 * Verdaccio puts `url_prefix` before the addresses that it gives, and leaves it to a proxy to remove it from requests.
 *
 * @param {string} prefix
 * @param {import('node:http').Server} server
 */
function cutOff(prefix, server) {
  server.prependListener('request', (request) => {
    request.url = request.url?.replace(prefix, '/')
  })
}

/**
 * @param {string} address
 * @returns {Promise<string>} the user's token
 */
async function addUser(address) {
  const name = 'releaser'
  const response = await fetch(`${address}-/user/org.couchdb.user:${name}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name, password: randomUUID() }),
  })
  const { token, error } = /** @type {any} */ (await response.json())
  if (token === undefined) throw new Error(`the registry made no user: ${error}`)
  return token
}
