// What the other packages of @ae share with this one: pieces of PNG files. It is not part of the documented interface, and may
// change in any version.
export { writeChunks } from './png-chunks.ts'
