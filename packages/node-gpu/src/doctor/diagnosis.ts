// The doctor's result: the shape of `ae-node-gpu doctor --json`.

/** Which backends exist for Node, and which of them work here. Everything absent or unknown is null. */
export interface Diagnosis {
  /** The version of this shape. */
  readonly schema: 1
  /** The machine it was made on. */
  readonly machine: Machine
  /** The versions of the packages that all candidates share, by name. */
  readonly packages: Versions
  /** One per backend, in order of preference. */
  readonly candidates: readonly CandidateReport[]
  /** The names of those that work, in order of preference, as for `selectBackend`. */
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

/** One backend, tried in its own process. */
export interface CandidateReport {
  /** Its name, e.g. `webgpu`. */
  readonly name: string
  /**
   * - `works`: everything that could be measured was.
   * - `refused`: it cannot run here, and knows why.
   * - `failed`: it threw an error.
   * - `crashed`: a signal ended its process, e.g. `SIGSEGV`.
   * - `hung`: it gave no result in time.
   */
  readonly status: 'works' | 'refused' | 'failed' | 'crashed' | 'hung'
  /** The device, e.g. `WebAssembly SIMD, 1 thread`. */
  readonly device: string | null
  /** Why it does not work. */
  readonly reason: string | null
  /** What the reader can do about that. */
  readonly fix: string | null
  /** The last lines that its process wrote to stderr, where drivers and libraries report errors. */
  readonly log: string | null
  /** The packages it consists of. */
  readonly packages: Versions
  /** The memory it can use and has used. */
  readonly memory: {
    /** The size of the largest tensor that the device allows, in bytes. */
    readonly largestTensorBytes: number | null
    /** The peak memory of its process while this was measured, in bytes. */
    readonly processBytes: number | null
  }
  /** Products of two square float32 matrices, measured for a second. */
  readonly matmul: {
    /** Rows and columns of each: as many as the device multiplies in some hundredths of a second, at most 4096. */
    readonly size: number
    /** Additions and multiplications per second, in 10^9: 2 size^3 per product. */
    readonly gigaflopsPerSecond: number
  } | null
  /** Training the tutorial's VAE, 784-400-20, for a second with 128 examples per step. Needs `@ae/models`. */
  readonly vaeStep: {
    /** Training examples per second. */
    readonly examplesPerSecond: number
  } | null
  /** Drawing 64 images from that VAE, again and again, for a second. Needs `@ae/models`. */
  readonly sampling: {
    /** Images per second. */
    readonly imagesPerSecond: number
  } | null
}
