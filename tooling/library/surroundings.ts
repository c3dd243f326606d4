// Lists what code shares with everything else in its process, thread or page, so that a test can tell what an activation
// leaves behind.

/** Every shared thing by its name, e.g. `process.env.HOME` or `process.on(exit)`. */
export type Surroundings = ReadonlyMap<string, unknown>

/** What is shared now: globals and their properties, the environment, listeners, handles that keep the process alive. */
export function surroundings(): Surroundings {
  settle()
  const found = new Map<string, unknown>()
  const all = globalThis as Partial<typeof globalThis>
  addProperties(found, 'globalThis', globalThis)
  for (const name of ['process', 'console', 'navigator', 'Math', 'JSON', 'Reflect', 'WebAssembly'] as const) {
    const owner = all[name]
    if (owner !== undefined) addProperties(found, name, owner)
  }
  for (const name of [
    'Object',
    'Function',
    'Array',
    'String',
    'Number',
    'Promise',
    'Error',
    'Map',
    'Float32Array',
  ] as const) {
    addProperties(found, name, globalThis[name])
    addProperties(found, `${name}.prototype`, globalThis[name].prototype)
  }
  const { process } = all
  if (process?.versions?.node === undefined) return found
  for (const [name, value] of Object.entries(process.env)) found.set(`process.env.${name}`, value)
  for (const event of process.eventNames()) {
    for (const listener of process.listeners(event as 'exit')) {
      let name = `process.on(${String(event)}) ${listener.name}`
      while (found.has(name)) name += "'"
      found.set(name, listener)
    }
  }
  for (const name of ['process._events', 'process._eventsCount']) found.delete(name) // the listeners, listed above
  addProperties(found, 'node:util', process.getBuiltinModule('node:util'))
  process.getActiveResourcesInfo().forEach((resource, index) => {
    found.set(`active ${index}`, resource)
  })
  return found
}

/** The differences between two snapshots, one line each, in order. */
export function changesOf(before: Surroundings, after: Surroundings): string[] {
  const names = [...new Set([...before.keys(), ...after.keys()])].sort()
  return names.flatMap((name) => {
    if (!before.has(name)) return [`new: ${name}`]
    if (!after.has(name)) return [`gone: ${name}`]
    return Object.is(before.get(name), after.get(name)) ? [] : [`changed: ${name}`]
  })
}

/** Globals that Node itself creates lazily when they are first read; they are not left behind by an activation. */
function settle(): void {
  const { process } = globalThis as Partial<typeof globalThis>
  for (const key of Reflect.ownKeys(globalThis)) Reflect.getOwnPropertyDescriptor(globalThis, key)
  for (const used of [globalThis.TextDecoder, globalThis.DOMException, process?.stdout, process?.stderr]) void used
}

/** An accessor property is identified by its getter, because reading its value may change it. */
function addProperties(found: Map<string, unknown>, name: string, owner: object): void {
  for (const key of Reflect.ownKeys(owner)) {
    const { get, value } = Reflect.getOwnPropertyDescriptor(owner, key) ?? {}
    found.set(`${name}.${String(key)}`, get ?? value)
  }
}
