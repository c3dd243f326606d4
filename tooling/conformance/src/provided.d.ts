import 'vitest'

declare module 'vitest' {
  export interface ProvidedContext {
    /** The name of the backend under test. */
    readonly backend: string
    /** The name of the project: the backend's, and where it runs if that is not Node. */
    readonly project: string
    /** Why no test can run, where the whole platform is absent; else empty. */
    readonly absent: string
  }
}
