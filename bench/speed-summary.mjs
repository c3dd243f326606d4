// Reduces single measurements to the stored figures: medians over rounds, and ratios taken round by round.
import { encodingOperations, networks, trainingOperations } from './networks.mjs'
import { median, quantile, ratioByRounds, rounded } from './statistics.mjs'

/**
 * @param measurements `{ round, part, network, contender, result }` of every process
 * @param contenders those that took part, including ours
 * @returns rows by part: `limits`, `training`, `encoding`, `sampling`, `coldStart`
 */
export function summarise(measurements, contenders) {
  const limits = limitsOf(measurements)
  const threadsOf = Object.fromEntries(contenders.map(({ name, threads }) => [name, threads]))
  const limitAt = (threads) =>
    Math.max(...limits.filter((row) => threadsOf[row.contender] === threads).map((row) => row.gigaflops))
  const ownLimit = (name) => limits.find(({ contender }) => contender === name)?.gigaflops
  const against = (name) => {
    const ours = contenders.filter(({ family }) => family === 'ours')
    return (ours.find(({ threads }) => threads === threadsOf[name]) ?? ours[0])?.name
  }
  const ratesOf = (part, operations) => {
    const own = measurements.filter((one) => one.part === part)
    const keys = distinct(
      own.flatMap(({ network, contender, result }) =>
        result.results.map(({ batchSize }) => [network, batchSize, contender]),
      ),
    )
    return keys.map(([network, batchSize, contender]) => {
      const found = own.filter((one) => one.network === network)
      const runs = found.filter((one) => one.contender === contender).flatMap((one) => atBatch(one, batchSize))
      const imagesPerSecond = median(runs.flatMap((run) => run.imagesPerSecond))
      const gigaflops = (imagesPerSecond * operations(networks[network ?? 'vae'])) / 1e9
      return {
        network,
        batchSize,
        contender,
        imagesPerSecond: Math.round(imagesPerSecond),
        oursIsTimes: optional(
          ratioByRounds(
            byRound(found, against(contender), (one) => rateOf(one, batchSize)),
            byRound(found, contender, (one) => rateOf(one, batchSize)),
          ),
        ),
        gigaflops: rounded(gigaflops),
        shareOfLimit: share(gigaflops, limitAt(threadsOf[contender])),
        shareOfOwnLimit: share(gigaflops, ownLimit(contender)),
        peakMemoryMiB: Math.round(median(runs.map((run) => run.peakMemory))),
        kernels: found.find((one) => one.contender === contender).result.kernels,
        rounds: runs.length,
      }
    })
  }
  return {
    versions: versionsOf(measurements),
    limits,
    training: ratesOf('train', trainingOperations),
    encoding: ratesOf('encode', encodingOperations),
    sampling: timesOf(measurements, 'sample', against),
    coldStart: timesOf(measurements, 'cold-start', against),
  }
}

function limitsOf(measurements) {
  const own = measurements.filter(({ part }) => part === 'limit')
  return distinct(own.map(({ contender }) => [contender])).map(([contender]) => {
    const runs = own.filter((one) => one.contender === contender)
    return { contender, gigaflops: rounded(Math.max(...runs.map(({ result }) => result.gigaflops))) }
  })
}

function timesOf(measurements, part, against) {
  const own = measurements.filter((one) => one.part === part)
  return distinct(own.map(({ contender }) => [contender])).map(([contender]) => {
    const runs = own.filter((one) => one.contender === contender)
    const times = runs.flatMap(({ result }) => result.milliseconds)
    const middle = (name) => byRound(own, name, ({ result }) => median([result.milliseconds].flat()))
    return {
      contender,
      calls: times.length,
      p50: rounded(median(times)),
      p99: rounded(quantile(times, 0.99)),
      // Smaller times are better: theirs divided by ours.
      oursIsTimes: optional(ratioByRounds(middle(contender), middle(against(contender)))),
      peakMemoryMiB: runs[0].result.peakMemory && Math.round(median(runs.map(({ result }) => result.peakMemory))),
    }
  })
}

/** A contender's figure for each round, undefined where it did not run. */
function byRound(measurements, contender, figure) {
  const found = []
  for (const one of measurements) if (one.contender === contender) found[one.round] = figure(one)
  return Array.from(found)
}

function rateOf(measurement, batchSize) {
  const [run] = atBatch(measurement, batchSize)
  return run && median(run.imagesPerSecond)
}

function atBatch({ result }, batchSize) {
  return result.results.filter((run) => run.batchSize === batchSize)
}

function versionsOf(measurements) {
  const found = measurements.flatMap(({ contender, result }) =>
    result.version ? [[contender.split(' ')[0], result.version]] : [],
  )
  return Object.fromEntries(found)
}

function distinct(keys) {
  return [...new Map(keys.map((key) => [JSON.stringify(key), key])).values()]
}

function share(part, whole) {
  return whole > 0 ? Number((part / whole).toFixed(3)) : undefined
}

function optional(ratio) {
  return ratio === undefined ? undefined : rounded(ratio)
}
