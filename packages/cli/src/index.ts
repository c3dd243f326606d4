export { main } from './main.ts'
export type { ExitCode, Input, Io, Output } from './verb.ts'
