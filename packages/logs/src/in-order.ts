// Runs tasks one after the other, in the order in which they were given.

/** @returns a function that runs a task when all former ones are over, and gives what it gives; a failed one holds up no other */
export function inOrder(): <result>(task: () => Promise<result>) => Promise<result> {
  let last: Promise<unknown> = Promise.resolve()
  return (task) => {
    const result = last.then(task)
    last = result.catch(() => {})
    return result
  }
}
