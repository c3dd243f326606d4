import { defineTests } from '../library/vitest.ts'

export default defineTests({ typecheck: { enabled: false } })
