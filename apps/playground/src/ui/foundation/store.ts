// The state of the page: one object, and who wants to know when parts of it change.

/** State that can be watched. */
export interface StateStore<state extends object> {
  get(): Readonly<state>
  /** Replaces some members, then tells those who watch any that is now different. */
  set(changes: Partial<state>): void
  /** Calls `listener` at once, and whenever one of `names` has changed. */
  watch(names: readonly (keyof state)[], listener: (state: Readonly<state>) => void): void
}

/** @param initial the state to begin with */
export function createStore<state extends object>(initial: state): StateStore<state> {
  let current = initial
  const watchers: { readonly names: readonly (keyof state)[]; readonly listener: (state: state) => void }[] = []
  return {
    get: () => current,
    set(changes) {
      const before = current
      current = { ...before, ...changes }
      for (const { names, listener } of watchers)
        if (names.some((name) => before[name] !== current[name])) listener(current)
    },
    watch(names, listener) {
      watchers.push({ names, listener })
      listener(current)
    },
  }
}
