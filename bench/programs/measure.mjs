// Shared by all our programs: the settings, the timed parts of the tasks, and the line of JSON.
import { readFileSync } from 'node:fs'

/** The settings from the driver. */
export const settings = JSON.parse(process.argv[2] ?? '{}')

/** Prints the line that the driver reads. */
export function report(result) {
  console.log(JSON.stringify(result))
}

/** Images per second of each epoch but the first, which is warm-up. */
export async function epochRates(epochs, runEpoch) {
  const rates = []
  for (let epoch = 0; epoch <= epochs; epoch++) {
    const start = performance.now()
    const images = await runEpoch(epoch)
    rates.push(images / ((performance.now() - start) / 1000))
  }
  return rates.slice(1)
}

/** Milliseconds of each of `count` calls, after a tenth as many warm-up calls. */
export async function callTimes(count, call) {
  const warm = Math.ceil(count / 10)
  const times = []
  for (let i = 0; i < warm + count; i++) {
    const start = performance.now()
    await call(i)
    if (i >= warm) times.push(Number((performance.now() - start).toFixed(4)))
  }
  return times
}

/** The peak memory of this process, threads included, in MiB. */
export function peakMemory() {
  try {
    const [, kibibytes] = /VmHWM:\s*(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))
    return Number(kibibytes) / 1024
  } catch {
    return process.resourceUsage().maxRSS / 1024 // where there is no /proc
  }
}
