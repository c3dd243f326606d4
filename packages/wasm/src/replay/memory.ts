// The memory of a step while it is recorded: its tensors lie in one block, and variables and constants stay where they are.
import type { EmscriptenModule } from '../binary/module.ts'
import { createArena } from '../memory/arena.ts'

/** A piece of memory. */
export interface Block {
  readonly address: number
  readonly bytes: number
}

/** Allocates memory for one step, and keeps track of it. */
export interface StepMemory {
  /** How long the block has to be, in bytes. */
  readonly bytes: number
  /** Whether something did not fit into the block and lies elsewhere. */
  readonly isTooSmall: boolean
  /**
   * Allocates `bytes` bytes.
   *
   * @throws {BackendLostError} when the memory is full
   */
  take(bytes: number): number
  /** Replaces the module's `_free` while recording; variable and constant slots are only marked, not freed. */
  readonly free: (address: number) => void
  /** Declares the data at this address to be a constant. */
  addConstant(address: number): void
  /** Writes these integers as a constant; returns its address. */
  writeConstant(integers: readonly number[]): number
  /** Whether the step may read at an address: its own data, a constant, or a variable. */
  knows(address: number): boolean
  /** Whether the address lies in the block. */
  isInBlock(address: number): boolean
  /** Takes a variable's slot back if it was released; returns whether it was. */
  reclaim(address: number): boolean
  /**
   * Frees variable slots that were released. Without `keepConstants` frees released constants too.
   *
   * @returns with `keepConstants` the addresses of the constants, which the caller must free; undefined without, or if a tensor
   *   still uses one of them
   */
  end(keepConstants: boolean): readonly number[] | undefined
}

/**
 * The memory of one step.
 *
 * @param module allocates and frees
 * @param block where tensors should lie
 * @param variableAddresses where the variables lie
 */
export function createStepMemory(
  module: EmscriptenModule,
  block: Block,
  variableAddresses: readonly number[],
): StepMemory {
  const { _free: freeInModule } = module
  const arena = createArena()
  const elsewhere = new Map<number, number>() // address -> the offset in the arena that it stands for
  const isVariableReleased = new Map(variableAddresses.map((address) => [address, false]))
  const isConstantReleased = new Map<number, boolean>()
  const isInBlock = (address: number) => address >= block.address && address < block.address + block.bytes
  let isTooSmall = false
  return {
    get bytes() {
      return arena.bytes
    },
    get isTooSmall() {
      return isTooSmall
    },
    take(bytes) {
      const offset = arena.take(bytes)
      if (offset + bytes <= block.bytes) return block.address + offset
      isTooSmall = true
      const address = module._malloc(bytes) >>> 0
      elsewhere.set(address, offset)
      return address
    },
    free(signed) {
      const address = signed >>> 0
      const offset = elsewhere.get(address)
      if (isVariableReleased.has(address)) isVariableReleased.set(address, true)
      else if (isConstantReleased.has(address)) isConstantReleased.set(address, true)
      else if (isInBlock(address)) arena.free(address - block.address)
      else {
        if (offset !== undefined) arena.free(offset)
        elsewhere.delete(address)
        freeInModule(signed)
      }
    },
    addConstant: (address) => void isConstantReleased.set(address >>> 0, false),
    writeConstant(integers) {
      const address = module._malloc(4 * integers.length) >>> 0
      new Int32Array(module.HEAPU8.buffer, address, integers.length).set(integers)
      isConstantReleased.set(address, true)
      return address
    },
    knows: (address) =>
      isInBlock(address) ||
      elsewhere.has(address) ||
      isConstantReleased.has(address) ||
      isVariableReleased.has(address),
    isInBlock,
    reclaim(address) {
      const isReleased = isVariableReleased.get(address) === true
      if (isReleased) isVariableReleased.set(address, false)
      return isReleased
    },
    end(keepConstants) {
      for (const [address, isReleased] of isVariableReleased) if (isReleased) freeInModule(address)
      const areAllReleased = [...isConstantReleased.values()].every((isReleased) => isReleased)
      if (keepConstants && areAllReleased) return [...isConstantReleased.keys()]
      for (const [address, isReleased] of isConstantReleased) if (isReleased) freeInModule(address)
      return undefined
    },
  }
}
