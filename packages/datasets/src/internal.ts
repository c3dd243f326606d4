// What the command shares of this package. It is not part of the documented interface, and may change in any version.
export { cacheFolder } from './cache.ts'
export { placeOfData } from './place-of-data.ts'
