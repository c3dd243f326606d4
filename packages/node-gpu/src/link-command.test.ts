import { afterEach, expect, test, vi } from 'vitest'
import { main } from './main.ts'
import { type LinkReport, linkLibtensorflow } from './tensorflow/link.ts'

vi.mock('./tensorflow/link.ts', { spy: true })
const printed = { stdout: '', stderr: '' }
for (const stream of ['stdout', 'stderr'] as const) {
  vi.spyOn(process[stream], 'write').mockImplementation((text) => {
    printed[stream] += text
    return true
  })
}
afterEach(() => Object.assign(printed, { stdout: '', stderr: '' }))

const report: LinkReport = { version: '2.21.0', package: '@tensorflow/tfjs-node-gpu', addon: '…', changed: true }

test('link passes its options on, tells the steps on stderr and the outcome on stdout', async () => {
  vi.mocked(linkLibtensorflow).mockImplementationOnce(async ({ onProgress }) => {
    onProgress?.('compiling the addon')
    return report
  })
  expect(await main(['link', '--libtensorflow', 'site-packages/tensorflow', '--package', 'tfjs-node-gpu'])).toBe(0)
  expect(vi.mocked(linkLibtensorflow).mock.lastCall?.[0]).toMatchObject({
    from: 'site-packages/tensorflow',
    package: 'tfjs-node-gpu',
  })
  expect(printed).toEqual({
    stdout: '@tensorflow/tfjs-node-gpu now runs libtensorflow 2.21.0.\n',
    stderr: 'compiling the addon ...\n',
  })
})

test('link says so when there was nothing to do', async () => {
  vi.mocked(linkLibtensorflow).mockResolvedValueOnce({ ...report, changed: false })
  expect(await main(['link', '--libtensorflow', 'tensorflow.whl'])).toBe(0)
  expect(printed.stdout).toBe('@tensorflow/tfjs-node-gpu runs libtensorflow 2.21.0 already.\n')
})

test('link without its option and with another package is wrong use', async () => {
  expect(await main(['link'])).toBe(2)
  expect(await main(['link', '--libtensorflow', 'x', '--package', 'tfjs'])).toBe(2)
  expect(printed.stderr).toMatchInlineSnapshot(`
    "error: required option '--libtensorflow <path>' not specified
    error: option '--package <name>' argument 'tfjs' is invalid. Allowed choices are tfjs-node, tfjs-node-gpu.
    "
  `)
})

test('link fails with a designed message', async () => {
  expect(await main(['link', '--libtensorflow', '/nowhere/tensorflow.whl'])).toBe(1)
  expect(printed.stderr).toMatchInlineSnapshot(`
    "AutoencoderError: \`linkLibtensorflow\` found nothing at \`from\`.

    Received: /nowhere/tensorflow.whl
    Fix:      pass the path of a wheel, of an archive, or of a folder
    "
  `)
})
