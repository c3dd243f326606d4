// The verbs of `ae`, in the order of the help.
import type { Verb } from './verb.ts'
import { bench } from './verbs/bench.ts'
import { completion } from './verbs/completion.ts'
import { convert } from './verbs/convert.ts'
import { decode } from './verbs/decode.ts'
import { doctor } from './verbs/doctor.ts'
import { encode } from './verbs/encode.ts'
import { evaluate } from './verbs/evaluate.ts'
import { exportVerb } from './verbs/export.ts'
import { inspect } from './verbs/inspect.ts'
import { interpolate } from './verbs/interpolate.ts'
import { man } from './verbs/man.ts'
import { models } from './verbs/models.ts'
import { reconstruct } from './verbs/reconstruct.ts'
import { sample } from './verbs/sample.ts'
import { score } from './verbs/score.ts'
import { serve } from './verbs/serve.ts'
import { train } from './verbs/train.ts'
import { traverse } from './verbs/traverse.ts'

/** Everything that `ae` does. */
export const verbs: readonly Verb[] = [
  train,
  sample,
  reconstruct,
  encode,
  decode,
  interpolate,
  traverse,
  evaluate,
  score,
  inspect,
  exportVerb,
  convert,
  serve,
  bench,
  doctor,
  models,
  completion(() => verbs),
  man(() => verbs),
]
