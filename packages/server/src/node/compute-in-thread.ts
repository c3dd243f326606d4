// The thread that computes: receives orders, and answers each. Errors of requests are answers too; others end the thread.
import { parentPort, workerData } from 'node:worker_threads'
import { computer } from './computer.ts'
import { type Answer, failureOf, type Order, type Settings } from './protocol.ts'

/** Makes the thread that calls it the one that computes for `startServer`, which has started it as `worker`. */
export function computeInThread(): void {
  const send = (answer: Answer, transfer: readonly ArrayBuffer[] = []) => parentPort?.postMessage(answer, [...transfer])
  const report = (error: unknown) => send({ report: String(error instanceof Error ? (error.stack ?? error) : error) })
  computer(workerData as Settings, report).then(({ device, load, run }) => {
    parentPort?.on('message', async (order: Order) => {
      const { id } = order
      try {
        if ('load' in order) return send({ id, card: await load(order.load, order.source) })
        const replies = await run(order.run, order.jobs)
        send({ id, replies }, [...new Set(replies.map(({ body }) => body.buffer))])
      } catch (error) {
        send({ id, failure: failureOf(error) })
      }
    })
    send({ device })
  })
}
