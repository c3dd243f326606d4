import { defineTests } from '../../tooling/library/vitest.ts'

export default defineTests()
