import { defineBrowserTests } from '../../tooling/library/vitest.ts'

export default defineBrowserTests()
