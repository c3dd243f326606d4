// How much a site may store, for error texts.

/** How many bytes are needed and how many are free, as facts of an error. */
export async function quotaFacts(needed: number): Promise<Record<string, string>> {
  const { quota, usage } = (await globalThis.navigator?.storage?.estimate?.().catch(() => undefined)) ?? {}
  const free = quota === undefined || usage === undefined ? {} : { Free: `${quota - usage} bytes, about` }
  return { Needed: `${needed} bytes`, ...free }
}
