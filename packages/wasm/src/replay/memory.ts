// The memory of a step that is written down: its tensors lie in one block, and what it brings from outside stays.

import type { EmscriptenModule } from '../binary/module.ts'
import { createArena } from '../memory/arena.ts'

/** A piece of memory. */
export interface Block {
  readonly address: number
  readonly bytes: number
}

/** Gives addresses, and knows what becomes of them. */
export interface StepMemory {
  /** How long the block has to be, in bytes. */
  readonly bytes: number
  /** Whether something did not fit, and lies elsewhere. */
  readonly isTooSmall: boolean
  /**
   * Room for `bytes` bytes.
   *
   * @throws {BackendLostError} when the memory is full
   */
  take(bytes: number): number
  /** What stands for `_free` of the module meanwhile: the addresses of homes and of constants are not free by it. */
  readonly giveBack: (address: number) => void
  /** From now on the data at this address is a constant. */
  addConstant(address: number): void
  /** The address of a constant made of these integers. */
  writeConstant(integers: readonly number[]): number
  /** Whether the step knows what is at an address: its own data, a constant, or a variable's. */
  knows(address: number): boolean
  /** Whether the address lies in the block. */
  isInBlock(address: number): boolean
  /** Whether a home was given back; it is taken again then. */
  takeHome(address: number): boolean
  /**
   * Frees the homes that nobody has, and the constants too unless they are wanted.
   *
   * @returns the addresses of constants, to be freed by who wants them; undefined if it is not wanted, or somebody else has one
   */
  end(areConstantsWanted: boolean): readonly number[] | undefined
}

/**
 * The memory of one step.
 *
 * @param module what gives memory, and takes it back
 * @param block where tensors are to lie
 * @param homes where the variables lie
 */
export function createStepMemory(module: EmscriptenModule, block: Block, homes: readonly number[]): StepMemory {
  const { _free: free } = module
  const arena = createArena()
  const elsewhere = new Map<number, number>() // by address, the place that it has in the arena
  const isGivenBack = new Map(homes.map((home) => [home, false]))
  const constants = new Map<number, boolean>() // by address, whether nobody has it
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
      const place = arena.take(bytes)
      if (place + bytes <= block.bytes) return block.address + place
      isTooSmall = true
      const address = module._malloc(bytes) >>> 0
      elsewhere.set(address, place)
      return address
    },
    giveBack(signed) {
      const address = signed >>> 0
      const place = elsewhere.get(address)
      if (isGivenBack.has(address)) isGivenBack.set(address, true)
      else if (constants.has(address)) constants.set(address, true)
      else if (isInBlock(address)) arena.giveBack(address - block.address)
      else {
        if (place !== undefined) arena.giveBack(place)
        elsewhere.delete(address)
        free(signed)
      }
    },
    addConstant: (address) => void constants.set(address >>> 0, false),
    writeConstant(integers) {
      const address = module._malloc(4 * integers.length) >>> 0
      new Int32Array(module.HEAPU8.buffer, address, integers.length).set(integers)
      constants.set(address, true)
      return address
    },
    knows: (address) =>
      isInBlock(address) || elsewhere.has(address) || constants.has(address) || isGivenBack.has(address),
    isInBlock,
    takeHome(address) {
      const isFree = isGivenBack.get(address) === true
      if (isFree) isGivenBack.set(address, false)
      return isFree
    },
    end(areConstantsWanted) {
      for (const [home, isFree] of isGivenBack) if (isFree) free(home)
      const isOurs = [...constants.values()].every((nobodyHasIt) => nobodyHasIt)
      if (areConstantsWanted && isOurs) return [...constants.keys()]
      for (const [constant, nobodyHasIt] of constants) if (nobodyHasIt) free(constant)
      return undefined
    },
  }
}
