// The recipes that serve: each program as printed, on a free port, asked by the commands of its page.
import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { decode } from 'fast-png'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { freePort } from '../../scripts/free-port.mjs'
import { recipe, scratchFolder, writeFiles } from './recipes.ts'
import { saveSmallModel } from './small-model.ts'

const scratch = scratchFolder('servers')
beforeAll(() => saveSmallModel(join(scratch, 'out/vae.safetensors')))

let server: ChildProcess | undefined
afterEach(() => server?.kill())

describe.each(['express', 'fastify', 'hono'])('the recipe %s', (name) => {
  test('answers the requests of its page, the same seed with the same bytes', async () => {
    const { files, commands } = recipe(name)
    const port = await freePort()
    const onPort = (text: string) => text.replaceAll(/\b3000\b/g, String(port))
    writeFiles(join(scratch, name), files, onPort)
    server = spawn(process.execPath, [join(name, 'server.mjs')], { cwd: scratch, stdio: ['ignore', 'inherit', 'pipe'] })
    let errors = ''
    server.stderr?.on('data', (chunk) => {
      errors += chunk
    })
    await untilItListens(port, server)

    const requests = commands.filter((line) => line.startsWith('curl')).map(onPort)
    const answers = await Promise.all(requests.map(ask))
    const [samples, sheet, example] = answers
    expect([decode(samples ?? new Uint8Array()), decode(sheet ?? new Uint8Array())]).toMatchObject([
      { width: 122, height: 122 }, // 4 x 4 pictures of 28 pixels, with lines of 2
      { width: 242, height: 242 },
    ])
    const { examples } = JSON.parse(new TextDecoder().decode(example)) as { examples: number[][][][] }
    expect([examples.length, examples[0]?.length]).toEqual([1, 28])
    expect(await Promise.all(requests.map(ask))).toEqual(answers)
    expect(errors).toBe('')
  })
})

/** The body that a `curl` command would receive. */
async function ask(command: string): Promise<Uint8Array> {
  const [, address = ''] = /(http:[^\s"]+)/.exec(command) ?? []
  const [, body] = /-d '([^']+)'/.exec(command) ?? []
  const [, type = ''] = /Content-Type: ([\w/]+)/.exec(command) ?? []
  const response = await fetch(
    address,
    body === undefined ? {} : { method: 'POST', body, headers: { 'content-type': type } },
  )
  const bytes = new Uint8Array(await response.arrayBuffer())
  if (!response.ok) throw new Error(`${command}: ${response.status} ${new TextDecoder().decode(bytes)}`)
  return bytes
}

async function untilItListens(port: number, { exitCode }: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 600 && exitCode === null; tries++) {
    const isThere = await fetch(`http://localhost:${port}/`).then(
      () => true,
      () => false,
    )
    if (isThere) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`nothing listens on port ${port}`)
}
