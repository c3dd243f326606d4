// The calls of @ae/formats.
import type { Call } from '../call.ts'

export const formatCalls: readonly Call[] = []
