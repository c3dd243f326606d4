// Jobs of one model from bytes to bytes: read, computed in as few calls as possible, written.

import { compute, sharedCalls } from './compute.ts'
import type { Job, Reply } from './job.ts'
import { problemOf, problemText, problemType } from './problem.ts'
import { type Limits, readJob, type Task } from './read-job.ts'
import type { ServedModel } from './served-model.ts'
import { writeReply } from './write-reply.ts'

/**
 * Answers jobs. One that is wrong gets its problem as the answer, and keeps no other from being answered.
 *
 * @param model borrowed
 * @param jobs bodies are borrowed
 * @param report receives errors that are not the fault of a request
 */
export async function runJobs(
  model: ServedModel,
  jobs: readonly Job[],
  limits: Limits,
  report: (error: unknown) => void,
): Promise<Reply[]> {
  const replies: Reply[] = []
  const tasks: { readonly index: number; readonly task: Task }[] = []
  const refuse = (index: number, operation: string, error: unknown) => {
    const problem = problemOf(error, operation)
    if (problem.status >= 500) report(error)
    const body = new TextEncoder().encode(problemText(problem))
    replies[index] = { status: problem.status, contentType: problemType, body, rows: 0 }
  }
  for (const [index, job] of jobs.entries()) {
    try {
      tasks.push({ index, task: await readJob(job, model.card, model.transform, limits) })
    } catch (error) {
      refuse(index, job.operation, error)
    }
  }
  const answer = async (members: readonly (typeof tasks)[number][]): Promise<void> => {
    const [first, ...others] = members
    if (first === undefined) return
    try {
      const values = await compute(model, [first.task, ...others.map(({ task }) => task)])
      for (const [i, { index, task }] of members.entries()) {
        try {
          replies[index] = await writeReply(model, task, values[i] as Float32Array)
        } catch (error) {
          refuse(index, task.operation, error)
        }
      }
    } catch (error) {
      if (others.length === 0) refuse(first.index, first.task.operation, error)
      else for (const member of members) await answer([member]) // one is wrong; the others are not
    }
  }
  const calls = sharedCalls(
    model,
    tasks.map(({ task }) => task),
  )
  for (const call of calls) await answer(call.map((i) => tasks[i] as (typeof tasks)[number]))
  return replies
}
