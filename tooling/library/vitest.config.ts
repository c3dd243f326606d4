import { defineTests } from './vitest.ts'

export default defineTests({ include: ['*.test.ts'] })
