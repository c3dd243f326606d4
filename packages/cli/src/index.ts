export { type ExitCode, main } from './main.ts'
