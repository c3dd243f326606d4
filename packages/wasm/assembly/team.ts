// Threads that share one memory. One of them, the caller, cuts a kernel into tasks, publishes them and takes part; the others
// wait in `work`. Whoever is free takes the next task, so that a slow or missing thread costs time and nothing else. Which
// thread runs a task never changes what it computes: results do not depend on how many there are.
import { SCRATCH_BYTES } from './matmul'
import { runTask } from './tasks'

// The team's block of memory, in bytes from its start. What different threads write lies in different cache lines.
// The ticket: the job's number in the upper 32 bits, how many of its tasks nobody has taken yet in the lower ones.
const TICKET: usize = 0
const JOB_NUMBER: usize = 4
const DONE: usize = 64
const ASLEEP: usize = 128
const THREADS: usize = 192
const STOPPED: usize = 196
const KIND: usize = 200
const TASKS: usize = 204
const ARGUMENTS: usize = 208
const SCRATCH: usize = 320

// About 2 ms: longer than the pause between two kernels of a training step, so that nobody falls asleep in one.
const SPINS_UNTIL_SLEEP: i32 = 1 << 20
// About 0.3 ms, after which the caller asks JavaScript whether to go on.
const SPINS_UNTIL_ASKING: i32 = 1 << 17

/** Called while a task of another thread is late; throws when it is too late. */
@external('env', 'late')
declare function late(): void

/** Bytes that a team of `threads` needs; its address must be a multiple of 64. */
export function teamBytes(threads: i32): usize {
  return SCRATCH + <usize>threads * SCRATCH_BYTES
}

/** Makes a team of `threads`, the caller counted. */
export function startTeam(team: usize, threads: i32): void {
  memory.fill(team, 0, SCRATCH)
  store<i32>(team + THREADS, threads)
}

/** Ends `work` in every other thread; from now on the caller works alone. */
export function stopTeam(team: usize): void {
  store<i32>(team + THREADS, 1)
  atomic.store<i32>(team + STOPPED, 1)
  publish(team, 0)
}

/** What the other threads do until the team is stopped. `thread` counts from 1. */
export function work(team: usize, thread: i32): void {
  let spins = 0
  while (atomic.load<i32>(team + STOPPED) == 0) {
    const ticket = atomic.load<u64>(team + TICKET)
    if (<u32>ticket != 0) {
      takeTasks(team, ticket >> 32, thread)
      spins = 0
    } else if (++spins > SPINS_UNTIL_SLEEP) {
      spins = 0
      atomic.add<i32>(team + ASLEEP, 1)
      // Does not sleep when a job was published since the ticket was read.
      atomic.wait<i32>(team + JOB_NUMBER, <i32>(ticket >> 32), -1)
      atomic.sub<i32>(team + ASLEEP, 1)
    }
  }
}

/** Leaves argument `index` for the tasks of the next job; 28 fit. */
@inline
export function put(team: usize, index: i32, value: i32): void {
  store<i32>(team + ARGUMENTS + ((<usize>index) << 2), value)
}

/** Argument `index` of the job. */
@inline
export function take(team: usize, index: i32): i32 {
  return load<i32>(team + ARGUMENTS + ((<usize>index) << 2))
}

/** Leaves argument `index`: a number that is not whole. */
@inline
export function putFloat(team: usize, index: i32, value: f32): void {
  store<f32>(team + ARGUMENTS + ((<usize>index) << 2), value)
}

/** Argument `index`: a number that is not whole. */
@inline
export function takeFloat(team: usize, index: i32): f32 {
  return load<f32>(team + ARGUMENTS + ((<usize>index) << 2))
}

/** Leaves arguments `index`, which is even, and `index` + 1: a number of 64 bits. */
@inline
export function putDouble(team: usize, index: i32, value: f64): void {
  store<f64>(team + ARGUMENTS + ((<usize>index) << 2), value)
}

/** Arguments `index` and `index` + 1: a number of 64 bits. */
@inline
export function takeDouble(team: usize, index: i32): f64 {
  return load<f64>(team + ARGUMENTS + ((<usize>index) << 2))
}

/**
 * Runs a job over rows 0 .. rows - 1: leaves `rows` as argument 0 and the rows of one task as argument 1, some `grain`
 * numbers of `columns` a row, which is 10 to 20 microseconds.
 */
export function runRows(team: usize, kind: i32, rows: i32, columns: i32, grain: i32): void {
  runTasks(team, kind, rows, max(1, grain / max(1, columns)))
}

/** The same with `rowsOfTask` rows in a task. */
export function runTasks(team: usize, kind: i32, rows: i32, rowsOfTask: i32): void {
  put(team, 0, rows)
  put(team, 1, rowsOfTask)
  run(team, kind, (rows + rowsOfTask - 1) / rowsOfTask)
}

/** The first row of a task of such a job. */
@inline
export function firstRow(team: usize, task: i32): i32 {
  return task * take(team, 1)
}

/** How many rows it has. */
@inline
export function rowsOf(team: usize, task: i32): i32 {
  return min(take(team, 1), take(team, 0) - task * take(team, 1))
}

/** How many threads there are. */
@inline
export function threadsOf(team: usize): i32 {
  return load<i32>(team + THREADS)
}

/** The working memory of a thread. */
@inline
export function scratchOf(team: usize, thread: i32): usize {
  return team + SCRATCH + <usize>thread * SCRATCH_BYTES
}

/** Runs `tasks` tasks of this kind with the arguments that lie in the job, and returns when all are done. */
export function run(team: usize, kind: i32, tasks: i32): void {
  if (tasks <= 1 || threadsOf(team) == 1) {
    for (let task = 0; task < tasks; task++) runTask(team, kind, task, 0)
    return
  }
  store<i32>(team + KIND, kind)
  store<i32>(team + TASKS, tasks)
  atomic.store<i32>(team + DONE, 0)
  takeTasks(team, publish(team, tasks), 0)
  let spins = 0
  while (atomic.load<i32>(team + DONE) != tasks) {
    if (++spins > SPINS_UNTIL_ASKING) {
      spins = 0
      late()
    }
  }
}

function publish(team: usize, tasks: i32): u64 {
  const job = ((atomic.load<u64>(team + TICKET) >> 32) + 1) & 0xffffffff
  atomic.store<u64>(team + TICKET, (job << 32) | tasks)
  if (atomic.load<i32>(team + ASLEEP) != 0) atomic.notify(team + JOB_NUMBER, -1)
  return job
}

/** Takes tasks of one job until there are none. A ticket of another job is never taken, nor its arguments read. */
function takeTasks(team: usize, job: u64, thread: i32): void {
  while (true) {
    const ticket = atomic.load<u64>(team + TICKET)
    const left = <u32>ticket
    if (ticket >> 32 != job || left == 0) return
    if (atomic.cmpxchg<u64>(team + TICKET, ticket, ticket - 1) != ticket) continue
    runTask(team, load<i32>(team + KIND), load<i32>(team + TASKS) - left, thread)
    atomic.add<i32>(team + DONE, 1)
  }
}
