// How much a site may store, for messages.

/** What is needed and what is free, as a message's facts. */
export async function quotaFacts(needed: number): Promise<Record<string, string>> {
  const { quota, usage } = (await globalThis.navigator?.storage?.estimate?.().catch(() => undefined)) ?? {}
  const free = quota === undefined || usage === undefined ? {} : { Free: `${quota - usage} bytes, about` }
  return { Needed: `${needed} bytes`, ...free }
}
