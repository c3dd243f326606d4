// The verbs of `ae`, in the order of the help.
import type { Verb } from './verb.ts'
import { completion } from './verbs/completion.ts'
import { inspect } from './verbs/inspect.ts'
import { man } from './verbs/man.ts'
import { models } from './verbs/models.ts'
import { train } from './verbs/train.ts'

/** Everything that `ae` does. */
export const verbs: readonly Verb[] = [train, inspect, models, completion(() => verbs), man(() => verbs)]
