import { defineTests } from '../tooling/library/vitest.ts'

export default defineTests({ include: ['*.test.mjs'], typecheck: { enabled: false } })
