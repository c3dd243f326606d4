// One bit of a WebAssembly binary declares its memory as shared between threads. So the same file serves pages and processes with
// and without shared memory.

const MEMORY = 2
const IMPORT_SECTION = 2
const MEMORY_SECTION = 5
const SHARED = 2

/**
 * Declares the memory of a binary, its own or an imported one, as shared or not.
 *
 * @param binary changed in place; its memory has a maximum, as a shared one must
 * @param shared whether threads may share the memory
 * @see WebAssembly core specification, binary format of modules: limits; threads proposal: the bit for `shared`
 */
export function declareMemory(binary: Uint8Array, shared: boolean): void {
  const at = placeOfLimits(binary)
  if (at === undefined) return
  const flags = binary[at] ?? 0
  binary[at] = shared ? flags | SHARED : flags & ~SHARED
}

/** The position of the flags of the memory's limits; undefined if the binary has no memory. */
function placeOfLimits(binary: Uint8Array): number | undefined {
  const reader = read(binary, 8)
  while (reader.at < binary.length) {
    const section = reader.byte()
    const size = reader.number()
    const end = reader.at + size
    if (section === MEMORY_SECTION) return reader.number() === 0 ? undefined : reader.at
    if (section === IMPORT_SECTION) {
      for (let imports = reader.number(); imports > 0; imports--) {
        reader.skip(reader.number()) // the name of a module, then the name of the import
        reader.skip(reader.number())
        const kind = reader.byte()
        if (kind === MEMORY) return reader.at
        skipDescription(reader, kind)
      }
    }
    reader.at = end
  }
  return undefined
}

/** Skips the description of an imported function, table or global. */
function skipDescription(reader: ReturnType<typeof read>, kind: number): void {
  if (kind === 0) reader.number()
  else if (kind === 1) {
    reader.byte()
    const limits = reader.byte()
    reader.number()
    if (limits & 1) reader.number()
  } else reader.skip(2)
}

/** Reads bytes, and integers in groups of seven bits. */
function read(binary: Uint8Array, start: number) {
  return {
    at: start,
    byte(): number {
      return binary[this.at++] ?? 0
    },
    skip(bytes: number): void {
      this.at += bytes
    },
    number(): number {
      let value = 0
      for (let shift = 0; ; shift += 7) {
        const byte = this.byte()
        value |= (byte & 0x7f) << shift
        if (byte < 0x80) return value >>> 0
      }
    },
  }
}
