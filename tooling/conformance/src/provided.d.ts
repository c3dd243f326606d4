import 'vitest'

declare module 'vitest' {
  export interface ProvidedContext {
    /** The name of the backend under test. */
    readonly backend: string
    /** The name of the project: the backend's, and where it runs if not in Node. */
    readonly project: string
    /** Why no test can run if the whole platform is absent; otherwise empty. */
    readonly absent: string
  }
}
