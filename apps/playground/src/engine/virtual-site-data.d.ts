// What build/site-data.ts puts into the site.
declare module 'virtual:site-data' {
  /** The data sets that the site has, by name: the shape of their examples, and files with so many of them each. */
  export const datasets: Readonly<
    Record<
      string,
      {
        readonly shape: readonly [number, number, number]
        readonly classes: number
        readonly parts: readonly { readonly path: string; readonly count: number }[]
      }
    >
  >
}
