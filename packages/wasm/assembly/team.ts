// A pool of threads that share one memory, and their job queue. One thread, the caller, publishes jobs in order, each divided into
// tasks, and does not wait for them: it continues, and takes part when it has to wait or when the queue is full. The others wait
// in `work`. Whichever thread is free takes the next task, so a slow or missing thread only costs time. A job begins when the one
// before is done. Which thread runs a task never changes its result, so results do not depend on the number of threads. A single
// thread computes a job at once. The caller sets how many threads take part, because threads beyond the free cores cost time; the
// others sleep.
import { CONSTANT_BYTES, writeConstants } from './constants'
import { SCRATCH_BYTES } from './matmul'
import { runTask } from './tasks'

// Offsets in the team's block of memory, in bytes. Data written by different threads is in different cache lines.
// The ticket: the number of the current job in the upper 32 bits, the number of its tasks that are not yet taken in the lower
// ones.
const TICKET: usize = 0
const TURN: usize = 4
const DONE: usize = 64
const PUBLISHED: usize = 128
const ASLEEP: usize = 192
const THREADS: usize = 256
const STOPPED: usize = 260
const ACTIVE: usize = 264

// The parts of a job: its arguments, its kind, and the number of its tasks.
const ARGUMENT_BYTES: usize = 112
const KIND: usize = 112
const TASKS: usize = 116
const JOB_BYTES: usize = 128
// Enough that publishing one takes less time than computing those before it. A power of 2.
const JOBS_AT_ONCE: usize = 16

const JOBS: usize = 320
const CONSTANTS: usize = JOBS + JOB_BYTES * JOBS_AT_ONCE
const SCRATCH: usize = CONSTANTS + CONSTANT_BYTES

// The lower half of the ticket of a job that has not begun.
const WAITING: u32 = 0xffffffff

// About 2 ms: longer than the pause between two kernels of a training step, so that no thread falls asleep in one.
const SPINS_UNTIL_SLEEP: i32 = 1 << 20
// About 0.3 ms, after which the caller asks JavaScript whether to go on.
const SPINS_UNTIL_ASKING: i32 = 1 << 17

/** Called while waiting for another thread's task; throws once that has taken too long. */
@external('env', 'late')
declare function late(): void

// Per thread: the team's block, and the job that the thread computes or, if the caller computes none, writes.
let team: usize = 0
let job: usize = 0

/** Bytes that a team of `threads` needs; its address must be a multiple of 64. */
export function teamBytes(threads: i32): usize {
  return SCRATCH + <usize>threads * SCRATCH_BYTES
}

/** Initialises a team of `threads`, including the caller. */
export function startTeam(address: usize, threads: i32): void {
  memory.fill(address, 0, SCRATCH)
  store<i32>(address + THREADS, threads)
  store<i32>(address + ACTIVE, threads)
  store<u32>(address + TICKET, WAITING)
  writeConstants(address + CONSTANTS)
}

/** From now on the caller publishes its jobs for this team, which must be new. */
export function leadTeam(address: usize): void {
  team = address
  job = jobOf(0)
}

/** Ends `work` in every other thread; from now on the caller works alone. Unfinished jobs are dropped. */
export function stopTeam(address: usize): void {
  store<i32>(address + THREADS, 1)
  atomic.store<i32>(address + STOPPED, 1)
  atomic.store<i32>(address + ACTIVE, 0) // a value on which no thread waits
  atomic.notify(address + ACTIVE, -1)
  const next = atomic.load<i32>(address + PUBLISHED) + 1
  atomic.store<u64>(address + TICKET, ticketOf(next))
  atomic.store<i32>(address + PUBLISHED, next)
  atomic.notify(address + PUBLISHED, -1)
}

/** From now on `threads` of the team take part, including the caller: at least 1, at most all. Waits until all jobs are done. */
export function useThreads(threads: i32): void {
  finish()
  atomic.store<i32>(team + ACTIVE, threads)
  atomic.notify(team + ACTIVE, -1)
}

/** The loop of the other threads until the team is stopped. `thread` counts from 1. */
export function work(address: usize, thread: i32): void {
  team = address
  let spins = 0
  while (atomic.load<i32>(team + STOPPED) == 0) {
    const published = atomic.load<i32>(team + PUBLISHED), active = atomic.load<i32>(team + ACTIVE)
    if (thread >= active) {
      spins = 0
      atomic.wait<i32>(team + ACTIVE, active, -1)
    } else if (takeTask(thread)) {
      spins = 0
    } else if (++spins > SPINS_UNTIL_SLEEP && atomic.load<i32>(team + TURN) == published) {
      spins = 0
      atomic.add<i32>(team + ASLEEP, 1)
      // Does not sleep if a job was published meanwhile.
      atomic.wait<i32>(team + PUBLISHED, published, -1)
      atomic.sub<i32>(team + ASLEEP, 1)
    }
  }
}

/** Returns when all jobs are done. */
export function finish(): void {
  if (threadCount() > 1) helpUntil(atomic.load<i32>(team + PUBLISHED))
}

/** The address of the constants of constants.ts. */
@inline
export function constants(): usize {
  return team + CONSTANTS
}

/** Stores argument `index` for the tasks of the next job, and of later jobs until it is overwritten; there is room for 28. */
@inline
export function put(index: i32, value: i32): void {
  store<i32>(job + ((<usize>index) << 2), value)
}

/** Argument `index` of the job. */
@inline
export function take(index: i32): i32 {
  return load<i32>(job + ((<usize>index) << 2))
}

/** Stores argument `index` as a float. */
@inline
export function putFloat(index: i32, value: f32): void {
  store<f32>(job + ((<usize>index) << 2), value)
}

/** Argument `index` as a float. */
@inline
export function takeFloat(index: i32): f32 {
  return load<f32>(job + ((<usize>index) << 2))
}

/** Stores arguments `index`, which is even, and `index` + 1 as one 64-bit float. */
@inline
export function putDouble(index: i32, value: f64): void {
  store<f64>(job + ((<usize>index) << 2), value)
}

/** Arguments `index` and `index` + 1 as one 64-bit float. */
@inline
export function takeDouble(index: i32): f64 {
  return load<f64>(job + ((<usize>index) << 2))
}

/**
 * Publishes a job over rows 0 .. rows - 1: stores `rows` as argument 0 and the rows of one task as argument 1, some `grain`
 * numbers with `columns` per row, which takes 10 to 20 microseconds.
 */
export function runRows(kind: i32, rows: i32, columns: i32, grain: i32): void {
  runTasks(kind, rows, max(1, grain / max(1, columns)))
}

/** The same with `rowsOfTask` rows per task. */
export function runTasks(kind: i32, rows: i32, rowsOfTask: i32): void {
  put(0, rows)
  put(1, rowsOfTask)
  run(kind, (rows + rowsOfTask - 1) / rowsOfTask)
}

/** The first row of a task of such a job. */
@inline
export function firstRow(task: i32): i32 {
  return task * take(1)
}

/** The number of rows of such a task. */
@inline
export function rowsOf(task: i32): i32 {
  return min(take(1), take(0) - task * take(1))
}

/** The number of threads that take part. */
@inline
export function activeCount(): i32 {
  return load<i32>(team + ACTIVE)
}

/** The number of threads, including those that sleep. */
@inline
export function threadCount(): i32 {
  return load<i32>(team + THREADS)
}

/** The working memory of a thread. */
@inline
export function scratchOf(thread: i32): usize {
  return team + SCRATCH + <usize>thread * SCRATCH_BYTES
}

/** Publishes a job of `tasks` tasks of this kind, with the stored arguments; with one thread it is done on return. */
export function run(kind: i32, tasks: i32): void {
  if (activeCount() <= 1) {
    for (let task = 0; task < tasks; task++) runTask(kind, task, 0)
    return
  }
  if (tasks <= 0) return
  store<i32>(job + KIND, kind)
  store<i32>(job + TASKS, tasks)
  const next = atomic.load<i32>(team + PUBLISHED) + 1
  atomic.store<i32>(team + PUBLISHED, next)
  begin()
  // No thread is woken for a single task: the caller computes it when it has to wait, or a thread that is awake does.
  if (tasks > 1 && atomic.load<i32>(team + ASLEEP) != 0) atomic.notify(team + PUBLISHED, -1)
  helpUntil(next - <i32>JOBS_AT_ONCE + 1)
  memory.copy(jobOf(next), job, ARGUMENT_BYTES)
  job = jobOf(next)
}

/** Takes part until it is the turn of job number `turn`, or of a later one. */
function helpUntil(turn: i32): void {
  let spins = 0
  while (atomic.load<i32>(team + TURN) - turn < 0) {
    if (takeTask(0)) {
      spins = 0
    } else if (++spins > SPINS_UNTIL_ASKING) {
      spins = 0
      late()
    }
  }
}

/** Runs a task of the current job; returns whether there may be another. */
function takeTask(thread: i32): bool {
  const ticket = atomic.load<u64>(team + TICKET)
  const left = <u32>ticket, number = <i32>(ticket >> 32)
  if (left == WAITING) return begin()
  if (left == 0) return false
  if (atomic.cmpxchg<u64>(team + TICKET, ticket, ticket - 1) != ticket) return true
  const before = job
  job = jobOf(number)
  const tasks = load<i32>(job + TASKS)
  runTask(load<i32>(job + KIND), tasks - left, thread)
  job = before
  if (atomic.add<i32>(team + DONE, 1) + 1 == tasks) {
    // No other thread changes the ticket of a job whose tasks are all taken.
    atomic.store<i32>(team + DONE, 0)
    atomic.store<u64>(team + TICKET, ticketOf(number + 1))
    begin()
  }
  return true
}

/** Starts the current job if it is published and has not begun; returns whether it has begun. */
function begin(): bool {
  const ticket = atomic.load<u64>(team + TICKET)
  if (<u32>ticket != WAITING) return true
  const number = <i32>(ticket >> 32)
  if (atomic.load<i32>(team + PUBLISHED) - number <= 0) return false
  const tasks = load<u32>(jobOf(number) + TASKS)
  atomic.cmpxchg<u64>(team + TICKET, ticket, ((ticket >> 32) << 32) | tasks)
  return true
}

/** The ticket of a job that has not begun. */
@inline
function ticketOf(number: i32): u64 {
  return (<u64><u32>number << 32) | WAITING
}

@inline
function jobOf(number: i32): usize {
  return team + JOBS + JOB_BYTES * (<usize>number % JOBS_AT_ONCE)
}
