import { defineBrowserTests } from '../library/vitest.ts'

export default defineBrowserTests()
