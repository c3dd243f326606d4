// The program of a worker that decodes pictures. `pnpm --filter @ae/datasets bundle` puts it into ../worker-program.ts.
import { nodeModule } from '@ae/core/internal'
import { decodeBatch, type Job } from './decode-batch.ts'

const { parentPort } = nodeModule<typeof import('node:worker_threads')>('node:worker_threads') ?? {}

async function serve(job: Job): Promise<void> {
  const decoded = await decodeBatch(job)
  const transfer = [decoded.values.buffer]
  if (parentPort) parentPort.postMessage(decoded, transfer)
  else postMessage(decoded, { transfer })
}

if (parentPort) parentPort.on('message', serve)
else addEventListener('message', ({ data }) => void serve(data))
