// The thread that computes, for a script that is bundled in another place than this package; see `worker` of `startServer`.
export { computeInThread } from './node/compute-in-thread.ts'
