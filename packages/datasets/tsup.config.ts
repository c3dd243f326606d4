import { defineLibrary } from '../../tooling/library/tsup.ts'

export default defineLibrary({ alone: ['idx-refusals'] })
