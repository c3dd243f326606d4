// What a backend with threads of its own lets others decide.

/** A backend of tfjs that computes on several threads. */
export interface ThreadedBackend {
  /**
   * Told before each step of a training run, so that the backend can find out how many threads pay.
   *
   * @param size the examples of the batch: steps of one size take the same time
   */
  beginStep?: ((size: number) => void) | undefined
  /**
   * Lets the calling thread compute alone: while a Worker trains, say, which needs the cores. What is under way is finished
   * first.
   *
   * @returns lets the others take part again
   */
  restThreads?: (() => () => void) | undefined
}
