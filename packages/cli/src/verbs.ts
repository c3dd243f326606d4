// The verbs of `ae`, in the order of the help.
import type { Verb } from './verb.ts'
import { inspect } from './verbs/inspect.ts'
import { models } from './verbs/models.ts'
import { train } from './verbs/train.ts'

/** Everything that `ae` does. */
export const verbs: readonly Verb[] = [train, inspect, models]
