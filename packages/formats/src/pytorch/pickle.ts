// A pickle machine that can only build numbers, texts, bytes and containers. Whatever else a pickle names is given to a function
// that knows some names and refuses all others: nothing of the file is ever executed.
// The opcodes are those of Python's pickletools, protocols 0 to 5.
import { FormatProblem } from '../bytes/format-problem.ts'

/** What a pickle holds, as JavaScript has it. */
export type Pickled =
  | undefined
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | readonly Pickled[]
  | ReadonlyMap<Pickled, Pickled>
  | ReadonlySet<Pickled>
  | Opaque

/** A value that only the caller understands, such as a tensor. */
type Opaque = object

/** What the machine does with names and with references to what is outside the pickle. */
export interface PickleEnvironment {
  /** What a name such as `collections.OrderedDict` stands for. Throws on a name that it does not know. */
  global(module: string, name: string): Pickled
  /** The value of calling what a name stands for. */
  call(callee: Pickled, parts: readonly Pickled[]): Pickled
  /** What a value becomes by the state that its class saved. */
  setState(value: Pickled, state: Pickled): Pickled
  /** What stands outside the pickle, such as a storage. */
  persistent(id: Pickled): Pickled
}

/**
 * Reads one pickle.
 *
 * @param bytes borrowed
 * @param environment see {@link PickleEnvironment}
 * @param start where it begins. Defaults to 0
 * @returns the value, and where the pickle ends
 * @throws {FormatProblem} when it is malformed, and what the environment throws
 */
export function readPickle(
  bytes: Uint8Array,
  environment: PickleEnvironment,
  start = 0,
): { readonly value: Pickled; readonly end: number } {
  const machine = new Machine(bytes, environment, start)
  const value = machine.run()
  return { value, end: machine.at }
}

const mark = Symbol('mark')
const none: readonly Pickled[] = []

class Machine {
  at: number
  private readonly view: DataView
  private readonly stack: (Pickled | typeof mark)[] = []
  private readonly memo = new Map<number, Pickled>()

  private readonly bytes: Uint8Array
  private readonly environment: PickleEnvironment

  constructor(bytes: Uint8Array, environment: PickleEnvironment, start: number) {
    this.at = start
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.bytes = bytes
    this.environment = environment
  }

  run(): Pickled {
    for (;;) {
      const opcode = this.byte()
      if (opcode === 0x2e) return this.pop() // STOP
      const step = steps[opcode]
      if (step === undefined) throw new FormatProblem(`it has the unknown instruction ${opcode}`)
      step(this)
    }
  }

  byte(): number {
    return this.view.getUint8(this.take(1))
  }

  /** The next bytes; a view. */
  next(count: number): Uint8Array {
    const from = this.take(count)
    return this.bytes.subarray(from, from + count)
  }

  /** A length of 1, 2, 4 or 8 bytes. */
  length(width: 1 | 2 | 4 | 8): number {
    const at = this.take(width)
    if (width === 1) return this.view.getUint8(at)
    if (width === 2) return this.view.getUint16(at, true)
    return width === 4 ? this.view.getUint32(at, true) : Number(this.view.getBigUint64(at, true))
  }

  int32(): number {
    return this.view.getInt32(this.take(4), true)
  }

  float64(): number {
    return this.view.getFloat64(this.take(8)) // big-endian
  }

  text(count: number): string {
    return new TextDecoder().decode(this.next(count))
  }

  line(): string {
    const end = this.bytes.indexOf(10, this.at)
    if (end < 0) throw new FormatProblem('it ends within a line')
    const text = this.text(end - this.at)
    this.at = end + 1
    return text
  }

  push(value: Pickled): void {
    this.stack.push(value)
  }

  pop(): Pickled {
    const value = this.stack.length === 0 ? mark : this.stack.pop()
    if (value === mark) throw new FormatProblem('its stack is empty')
    return value
  }

  top(): Pickled {
    const value = this.pop()
    this.stack.push(value)
    return value
  }

  mark(): void {
    this.stack.push(mark)
  }

  popToMark(): Pickled[] {
    const from = this.stack.lastIndexOf(mark)
    if (from < 0) throw new FormatProblem('its stack has no mark')
    return this.stack.splice(from).slice(1) as Pickled[]
  }

  remember(key: number): void {
    this.memo.set(key, this.top())
  }

  recall(key: number): void {
    if (!this.memo.has(key)) throw new FormatProblem('it recalls what it never noted')
    this.push(this.memo.get(key))
  }

  memoize(): void {
    this.remember(this.memo.size)
  }

  global(module: string, name: string): void {
    this.push(this.environment.global(module, name))
  }

  call(): void {
    const parts = this.pop()
    if (!Array.isArray(parts)) throw new FormatProblem('it calls with something that is not a tuple')
    this.push(this.environment.call(this.pop(), parts))
  }

  build(): void {
    const state = this.pop()
    this.push(this.environment.setState(this.pop(), state))
  }

  persistent(id: Pickled): void {
    this.push(this.environment.persistent(id))
  }

  private take(count: number): number {
    const from = this.at
    if (from + count > this.bytes.length) throw new FormatProblem('it ends too early')
    this.at += count
    return from
  }
}

/** One step of the machine for each opcode. */
const steps: Readonly<Record<number, (machine: Machine) => void>> = {
  128: (m) => void m.byte(), // PROTO
  149: (m) => void m.length(8), // FRAME
  40: (m) => m.mark(), // MARK
  48: (m) => void m.pop(), // POP
  49: (m) => void m.popToMark(), // POP_MARK
  50: (m) => m.push(m.top()), // DUP
  // Constants
  78: (m) => m.push(null), // NONE
  136: (m) => m.push(true), // NEWTRUE
  137: (m) => m.push(false), // NEWFALSE
  75: (m) => m.push(m.length(1)), // BININT1
  77: (m) => m.push(m.length(2)), // BININT2
  74: (m) => m.push(m.int32()), // BININT
  138: (m) => m.push(integerOf(m.next(m.length(1)))), // LONG1
  139: (m) => m.push(integerOf(m.next(m.length(4)))), // LONG4
  73: (m) => m.push(writtenInteger(m.line())), // INT
  76: (m) => m.push(writtenInteger(m.line().replace(/L$/, ''))), // LONG
  70: (m) => m.push(writtenFloat(m.line())), // FLOAT
  71: (m) => m.push(m.float64()), // BINFLOAT
  86: (m) => m.push(m.line()), // UNICODE
  140: (m) => m.push(m.text(m.length(1))), // SHORT_BINUNICODE
  88: (m) => m.push(m.text(m.length(4))), // BINUNICODE
  141: (m) => m.push(m.text(m.length(8))), // BINUNICODE8
  83: (m) => m.push(m.line().replace(/^(['"])(.*)\1$/, '$2')), // STRING
  85: (m) => m.push(m.text(m.length(1))), // SHORT_BINSTRING
  84: (m) => m.push(m.text(m.length(4))), // BINSTRING
  67: (m) => m.push(m.next(m.length(1)).slice()), // SHORT_BINBYTES
  66: (m) => m.push(m.next(m.length(4)).slice()), // BINBYTES
  142: (m) => m.push(m.next(m.length(8)).slice()), // BINBYTES8
  150: (m) => m.push(m.next(m.length(8)).slice()), // BYTEARRAY8
  // Containers
  41: (m) => m.push(none), // EMPTY_TUPLE
  116: (m) => m.push(m.popToMark()), // TUPLE
  133: (m) => m.push([m.pop()]), // TUPLE1
  134: (m) => pushTuple(m, 2), // TUPLE2
  135: (m) => pushTuple(m, 3), // TUPLE3
  93: (m) => m.push([]), // EMPTY_LIST
  108: (m) => m.push(m.popToMark()), // LIST
  97: (m) => appendTo(m, [m.pop()]), // APPEND
  101: (m) => appendTo(m, m.popToMark()), // APPENDS
  125: (m) => m.push(new Map()), // EMPTY_DICT
  100: (m) => m.push(setItems(new Map(), m.popToMark())), // DICT
  115: (m) => {
    const value = m.pop()
    addItems(m, [m.pop(), value]) // SETITEM
  },
  117: (m) => addItems(m, m.popToMark()), // SETITEMS
  143: (m) => m.push(new Set()), // EMPTY_SET
  144: (m) => {
    const items = m.popToMark() // ADDITEMS
    const set = m.top()
    if (!(set instanceof Set)) throw new FormatProblem('it adds to something that is not a set')
    for (const item of items) set.add(item)
  },
  145: (m) => m.push(new Set(m.popToMark())), // FROZENSET
  // Notes
  113: (m) => m.remember(m.length(1)), // BINPUT
  114: (m) => m.remember(m.length(4)), // LONG_BINPUT
  112: (m) => m.remember(Number(m.line())), // PUT
  148: (m) => m.memoize(), // MEMOIZE
  104: (m) => m.recall(m.length(1)), // BINGET
  106: (m) => m.recall(m.length(4)), // LONG_BINGET
  103: (m) => m.recall(Number(m.line())), // GET
  // Names and what is made by them
  99: (m) => m.global(m.line(), m.line()), // GLOBAL
  147: (m) => {
    const [name, module] = [m.pop(), m.pop()] // STACK_GLOBAL
    m.global(String(module), String(name))
  },
  82: (m) => m.call(), // REDUCE
  129: (m) => m.call(), // NEWOBJ
  98: (m) => m.build(), // BUILD
  81: (m) => m.persistent(m.pop()), // BINPERSID
  80: (m) => m.persistent(m.line()), // PERSID
}

function pushTuple(machine: Machine, count: number): void {
  const items = Array.from({ length: count }, () => machine.pop())
  machine.push(items.reverse())
}

function appendTo(machine: Machine, items: readonly Pickled[]): void {
  const list = machine.top()
  if (!Array.isArray(list) || list === none) throw new FormatProblem('it appends to something that is not a list')
  for (const item of items) list.push(item)
}

function addItems(machine: Machine, items: readonly Pickled[]): void {
  const map = machine.top()
  if (!(map instanceof Map)) throw new FormatProblem('it sets items of something that is not a dictionary')
  setItems(map, items)
}

function setItems(map: Map<Pickled, Pickled>, items: readonly Pickled[]): Map<Pickled, Pickled> {
  if (items.length % 2 > 0) throw new FormatProblem('a dictionary has a key without a value')
  for (let i = 0; i < items.length; i += 2) map.set(items[i], items[i + 1])
  return map
}

/** An integer in two's complement, the lowest byte first. */
function integerOf(bytes: Uint8Array): number | bigint {
  if (bytes.length > 64) throw new FormatProblem('it has an integer of more than 512 bits')
  let value = 0n
  for (const [i, byte] of bytes.entries()) value |= BigInt(byte) << BigInt(8 * i)
  return plain(bytes.length > 0 ? BigInt.asIntN(8 * bytes.length, value) : 0n)
}

function writtenInteger(text: string): number | bigint | boolean {
  if (text === '00' || text === '01') return text === '01'
  if (!/^-?\d{1,150}$/.test(text)) throw new FormatProblem('it has an integer that is not one')
  return plain(BigInt(text))
}

function writtenFloat(text: string): number {
  const value = Number(text.replace(/^(-?)inf$/, '$1Infinity'))
  if (Number.isNaN(value) && text !== 'nan') throw new FormatProblem('it has a number that is not one')
  return value
}

function plain(value: bigint): number | bigint {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}
