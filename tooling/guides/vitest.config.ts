import { defineTests } from '../library/vitest.ts'

export default defineTests({ testTimeout: 300_000 })
