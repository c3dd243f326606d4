// The script of the thread that computes.
import { computeInThread } from './node/compute-in-thread.ts'

computeInThread()
