// What the doctor finds: the shape of `ae-node-gpu doctor --json`.

/** What can compute in Node, and what of it works here. Everything that is absent or unknown is null. */
export interface Diagnosis {
  /** The version of this shape. */
  readonly schema: 1
  /** Where this was found out. */
  readonly machine: Machine
  /** The versions of the packages that all candidates share, by name. */
  readonly packages: Versions
  /** One a backend, in the order of preference. */
  readonly candidates: readonly CandidateReport[]
  /** The names of those that work, in the order of preference: what to give to `selectBackend`. */
  readonly working: readonly string[]
  /** The one of them that trains the VAE fastest. */
  readonly fastest: string | null
}

/** Versions by the name of the package; null where it is not installed. */
export type Versions = Readonly<Record<string, string | null>>

/** The computer and its Node. */
export interface Machine {
  /** Node's version, e.g. `20.20.2`. */
  readonly node: string
  /** Operating system and processor, e.g. `linux-x64`. */
  readonly platform: string
  /** The processor's name. */
  readonly processor: string
  /** The processor's threads that this process may use. */
  readonly threads: number
  /** The memory of the machine, in bytes. */
  readonly memoryBytes: number
  /** NVIDIA's GPUs, as `nvidia-smi` lists them; empty without it. */
  readonly nvidiaGpus: readonly NvidiaGpu[]
}

/** A GPU with NVIDIA's driver. */
export interface NvidiaGpu {
  /** Its name, e.g. `NVIDIA H200`. */
  readonly name: string
  /** The version of its driver. */
  readonly driver: string
  /** Its memory in bytes. */
  readonly memoryBytes: number
}

/** One backend, tried in a process of its own. */
export interface CandidateReport {
  /** Its name, e.g. `webgpu`. */
  readonly name: string
  /**
   * - `works`: everything was measured, or could be.
   * - `refused`: it cannot run here, and knows why.
   * - `failed`: it threw an error.
   * - `crashed`: a signal ended its process, e.g. `SIGSEGV`.
   * - `hung`: it gave no result in the time it had.
   */
  readonly status: 'works' | 'refused' | 'failed' | 'crashed' | 'hung'
  /** What computes, e.g. `WebAssembly SIMD, 1 thread`. */
  readonly device: string | null
  /** Why it does not work. */
  readonly reason: string | null
  /** What the reader can do about that. */
  readonly fix: string | null
  /** The last lines that its process wrote to stderr, where drivers and libraries complain. */
  readonly log: string | null
  /** The packages that it is made of. */
  readonly packages: Versions
  /** What it can use and has used. */
  readonly memory: {
    /** The largest tensor that the device takes, in bytes. */
    readonly largestTensorBytes: number | null
    /** The most memory that its process had while all this was measured, in bytes. */
    readonly processBytes: number | null
  }
  /** Products of two square float32 matrices for a second. */
  readonly matmul: {
    /** Rows and columns of each: as many as the device multiplies in some hundredths of a second, at most 4096. */
    readonly size: number
    /** Additions and multiplications a second, in 10^9: 2 size^3 a product. */
    readonly gigaflopsPerSecond: number
  } | null
  /** Training for a second: the tutorial's VAE, 784-400-20, 128 examples a step. Needs `@ae/models`. */
  readonly vaeStep: {
    /** Training examples per second. */
    readonly examplesPerSecond: number
  } | null
}
