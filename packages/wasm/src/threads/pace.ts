// Decides how many threads compute the steps of a training run. If a core is busy with other programs, or does not exist although it
// is reported, the other threads wait for one that is not running, and all of them are slower than one alone. The number of free cores
// cannot be queried, so it is measured: from time to time some steps use another number of threads.
// docs/decisions/0013-threads-and-relaxed-simd.md

/** Decides how many threads compute each step. The number affects nothing but the time. */
export interface Pace {
  /** The best number found so far. */
  readonly threads: number
  /**
   * The number of threads for the step that begins now.
   *
   * @param now in milliseconds
   * @param size of the step, e.g. the examples of its batch: only steps of one size are compared
   */
  next(now: number, size: number): number
}

/** The length of a block of steps with the same number of threads, in milliseconds. */
const blockTime = 30
/** Two numbers are compared over this many blocks of each, alternating. */
const pairs = 3
/** The share of the time that may be lost on numbers that turn out to be worse. */
const lossShare = 0.02
/** The time between two comparisons, in milliseconds; it doubles each time that nothing changes. */
const [shortestWait, longestWait] = [250, 4000]
/** The first steps of a run, which are recorded and compiled, are not measured. */
const firstSteps = 8

/** Consecutive steps with the same number of threads; the first is not counted, since threads wake up or fall asleep in it. */
interface Block {
  time: number
  steps: number
}

interface Trial {
  readonly threads: number
  readonly size: number
  /** Alternating: one with the present number, one with the other. */
  readonly blocks: Block[]
}

/** @param most the number of threads; all are used until fewer turn out to be better */
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
      if (trial !== undefined) measure(trial, time, now)
      else if (now >= due) trial = start(size)
      return trial === undefined || trial.blocks.length % 2 === 1 ? threads : trial.threads
    },
  }

  function start(size: number): Trial {
    const others = [Math.ceil(threads / 2), threads * 2, threads - 1, threads + 1]
    const possible = others.filter((other) => other >= 1 && other <= most && other !== threads)
    return { threads: possible[turn % possible.length] as number, size, blocks: [{ time: 0, steps: -1 }] }
  }

  function measure({ threads: other, size, blocks }: Trial, time: number | undefined, now: number): void {
    const block = blocks.at(-1) as Block
    if (last?.size !== size || time === undefined || isPause(time)) return
    block.steps++
    if (block.steps > 0) block.time += time
    if (block.steps < 2 || block.time < blockTime) return
    const verdict = blocks.length % 2 === 0 ? judge(blocks, other < threads) : undefined
    if (verdict === undefined) blocks.push({ time: 0, steps: -1 })
    else end(verdict, now)
  }

  /** Whether something else, such as a validation, ran between two steps. */
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

/** Whether the other number is better; undefined while that is not clear. */
function judge(blocks: readonly Block[], isFewer: boolean): boolean | undefined {
  const { own, others } = sidesOf(blocks)
  const ratio = mean(others) / mean(own)
  if (own.length === 1 && ratio > 1.25) return false
  if (own.length < pairs) return undefined
  // Fewer threads at the same speed are better, as they leave cores to other programs. More threads must be worth it.
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
