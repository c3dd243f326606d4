export { webgl } from './webgl.ts'
