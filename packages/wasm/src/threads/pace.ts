// How many threads make the steps of a training run: as many as pay. A core may be busy, or claimed and not there; then the others
// wait for a thread that is not running, and all of them are slower than one. Nothing tells how many cores are free, so it is
// measured: from time to time some steps are made by another number of threads. docs/decisions/0013-threads-and-relaxed-simd.md

/** Decides how many threads make each step. Which number it is changes nothing but the time. */
export interface Pace {
  /** The number that was found best so far. */
  readonly threads: number
  /**
   * The number for a step that begins.
   *
   * @param now in milliseconds
   * @param size of the step, e.g. the examples of its batch: only steps of one size are compared
   */
  next(now: number, size: number): number
}

/** In milliseconds, of steps that are made in a row by one number of threads. */
const blockTime = 30
/** A number is compared by so many blocks of each, in turn. */
const pairs = 3
/** So much of the time, at most, goes into numbers that turn out to be worse. */
const lossShare = 0.02
/** Between two comparisons, in milliseconds; twice as long each time that nothing changes. */
const [shortestWait, longestWait] = [250, 4000]
/** The first steps of a run are recorded and compiled. */
const firstSteps = 8

/** Steps in a row by one number of threads; the first is not counted, since threads wake up or fall asleep in it. */
interface Block {
  time: number
  steps: number
}

interface Trial {
  readonly threads: number
  readonly size: number
  /** One by the number so far, one by the other, and so on. */
  readonly blocks: Block[]
}

/** @param most how many threads there are; all are used until fewer are found better */
export function createPace(most: number): Pace {
  let threads = most
  let trial: Trial | undefined
  let last: { readonly now: number; readonly size: number } | undefined
  let quickest = Infinity
  let [steps, turn, wait, due] = [0, 0, shortestWait, 0]

  return {
    get threads() {
      return threads
    },
    next(now, size) {
      const time = last !== undefined && last.size === size ? now - last.now : undefined
      if (last !== undefined && last.size !== size) quickest = Infinity
      last = { now, size }
      if (++steps <= firstSteps) return threads
      if (time !== undefined) quickest = Math.min(quickest, time)
      if (trial !== undefined) note(trial, time, now)
      else if (now >= due) trial = start(size)
      return trial === undefined || trial.blocks.length % 2 === 1 ? threads : trial.threads
    },
  }

  function start(size: number): Trial {
    const others = [Math.ceil(threads / 2), threads * 2, threads - 1, threads + 1]
    const possible = others.filter((other) => other >= 1 && other <= most && other !== threads)
    return { threads: possible[turn % possible.length] as number, size, blocks: [{ time: 0, steps: -1 }] }
  }

  function note({ threads: other, size, blocks }: Trial, time: number | undefined, now: number): void {
    const block = blocks.at(-1) as Block
    if (last?.size !== size || time === undefined || isPause(time)) return
    block.steps++
    if (block.steps > 0) block.time += time
    if (block.steps < 2 || block.time < blockTime) return
    const verdict = blocks.length % 2 === 0 ? judge(blocks, other < threads) : undefined
    if (verdict === undefined) blocks.push({ time: 0, steps: -1 })
    else end(verdict, now)
  }

  /** Whether something else happened between two steps, such as a validation. */
  function isPause(time: number): boolean {
    return time > Math.max(50, 20 * quickest)
  }

  function end(isBetter: boolean, now: number): void {
    const { threads: other, blocks } = trial as Trial
    const { own, others } = sidesOf(blocks)
    trial = undefined
    if (isBetter) {
      threads = other
      wait = shortestWait
      due = now + wait
      return
    }
    turn++
    const lost = timeOf(others) - stepsOf(others) * mean(own)
    due = now + Math.max(wait, lost / lossShare)
    wait = Math.min(longestWait, 2 * wait)
  }
}

/** Whether the other number is better; undefined while it cannot be told. */
function judge(blocks: readonly Block[], isFewer: boolean): boolean | undefined {
  const { own, others } = sidesOf(blocks)
  const ratio = mean(others) / mean(own)
  if (own.length === 1 && ratio > 1.25) return false
  if (own.length < pairs) return undefined
  // As quick with fewer is better: it leaves cores to others. More have to be worth it.
  const needed = isFewer ? 1 : 0.97
  const wins = own.filter((block, i) => mean([others[i] as Block]) <= needed * mean([block])).length
  return ratio <= needed && wins > own.length / 2
}

function sidesOf(blocks: readonly Block[]): { readonly own: Block[]; readonly others: Block[] } {
  const side = (rest: number) => blocks.filter((_, i) => i % 2 === rest)
  return { own: side(0), others: side(1) }
}

function mean(blocks: readonly Block[]): number {
  return timeOf(blocks) / stepsOf(blocks)
}

function timeOf(blocks: readonly Block[]): number {
  return blocks.reduce((sum, { time }) => sum + time, 0)
}

function stepsOf(blocks: readonly Block[]): number {
  return blocks.reduce((sum, { steps }) => sum + steps, 0)
}
