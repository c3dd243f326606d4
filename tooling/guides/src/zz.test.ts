import { test } from 'vitest'
import { file, fit, selectBackend } from '@ae/core'
import { mnist, withLabels } from '@ae/datasets'
import { barChart, encodePng, grid, histogram, lossCurves } from '@ae/images'
import { consoleLog, csvLog, jsonLines, tensorBoard } from '@ae/logs'
import { klPerLatent, score } from '@ae/metrics'
import { vae } from '@ae/models'
import { wasm } from '@ae/wasm'
process.chdir('/tmp/L-guide')
test('x', async () => {

await selectBackend(wasm)
const digits = await mnist({ split: 'train' })
const validation = await mnist({ split: 'test' })
const model = vae({ inputShape: digits.shape, latentSize: 10, hidden: [400], seed: 1 })
const board = tensorBoard('runs/vae')
const log = [board, csvLog('vae.csv'), jsonLines('vae.jsonl'), consoleLog({ print: (l) => process.stderr.write(l + '\n') })]

const history = await fit(model, digits, {
  epochs: 5,
  validation,
  log,
  onEpoch: async ({ step }) => {
    await board.image('samples', await encodePng(grid(model.sample(64, { seed: 1 }))), step)
    for (const [name, variable] of Object.entries(model.variables)) {
      await board.histogram(name, await variable.data(), step)
    }
  },
})

for await (const { examples, labels } of withLabels(validation).batches({ batchSize: 400 })) {
  await board.embedding('codes', model.encode(examples), {
    step: history.epochs.at(-1)?.step,
    labels: await labels.data(),
    images: { png: await encodePng(grid(examples, { padding: 0 })), height: 28, width: 28 },
  })
  break
}

const losses = lossCurves(history, { axisNames: ['epoch', 'negative ELBO [nats]'] })
await file('losses.png').write(await encodePng(losses))

const kl = barChart(await klPerLatent(model, validation), { axisNames: ['latent', 'KL [nats]'] })
await file('kl.png').write(await encodePng(kl))

const scores = await score(model, validation, { seed: 1 })
const spread = histogram(scores, { axisNames: ['negative ELBO [nats]', 'digits'] })
await file('scores.png').write(await encodePng(spread))

})
