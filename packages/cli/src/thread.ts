// The thread that computes for `ae serve`, as a script beside that which starts it.
import { computeInThread } from '@ae/server/worker'

computeInThread()
