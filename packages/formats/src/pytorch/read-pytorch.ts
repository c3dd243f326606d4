// Files of torch.save, read without executing anything: a zip archive since PyTorch 1.6, a row of pickles before.
// torch/serialization.py of PyTorch 2.13
import { type StoredTensor, WeightsError } from '@ae/core'
import { assertOptions, nameOption } from '@ae/core/internal'
import { type ByteSource, type FileSource, withBytes } from '../bytes/byte-source.ts'
import { FormatProblem } from '../bytes/format-problem.ts'
import { isZip } from '../bytes/zip-directory.ts'
import { readArchive } from './archive.ts'
import { isLegacy, readLegacy } from './legacy.ts'
import { stateDictOf } from './state-dict-of.ts'
import { storedTensors } from './stored-tensors.ts'
import { UnknownName } from './torch-names.ts'

/** Options of {@link readPyTorch}. */
export interface ReadPyTorchOptions {
  /**
   * Which of a checkpoint's entries holds the weights, with dots between nested ones, e.g. `ema.state_dict`. Defaults to
   * `state_dict`, `model_state_dict`, `model`, `module`, `net`, `network` or `weights`, the first that holds tensors; without
   * one of those, all tensors of the file but the optimiser's, named by their path.
   */
  readonly key?: string | undefined
}

/** What a file of PyTorch holds. */
export interface PyTorchFile {
  /**
   * The weights by name, in the order of the file. Values are decoded on first use, as `readSafetensors` of `@ae/core` decodes
   * them; those of a sparse, quantized or complex tensor throw a `WeightsError` then.
   */
  readonly tensors: ReadonlyMap<string, StoredTensor>
  /** Everything in the file, tensors as their shape and type. Texts are as they stand in the file: pass them to `printable`. */
  readonly contents: PyTorchValue
}

/**
 * A value of Python: `None` is null, an integer beyond 2^53 a bigint, a list or tuple an array, a dictionary a `Map`; what is
 * none of these is an object, a tensor one with `shape` and `dtype`.
 */
export type PyTorchValue =
  | undefined
  | null
  | boolean
  | number
  | bigint
  | string
  | object
  | readonly PyTorchValue[]
  | ReadonlyMap<PyTorchValue, PyTorchValue>
  | ReadonlySet<PyTorchValue>

/**
 * Reads the weights in a file that `torch.save` wrote: `.pt`, `.pth`, `.ckpt` or `.bin`, of any version since 2017. It can only build
 * numbers, texts, containers and tensors, and refuses a file that names anything else, with that name: nothing is executed.
 *
 * Of a file in Node, a `Blob` and a `File`, only the directory, the pickle and the wanted tensors are read.
 *
 * @param source the file: its bytes, a `File` or `Blob`, a store, or in Node its path
 * @param options see {@link ReadPyTorchOptions}
 * @throws {WeightsError} when the file cannot be read, is damaged, holds code or no tensors, or is a TorchScript or `.pt2` program
 * @throws {OptionError} on a bad source or option
 * @example
 * ```ts
 * const { tensors } = await readPyTorch('vae.pt')
 * const model = fromStateDict(tensors, { inputShape: [28, 28, 1] })
 * ```
 */
export async function readPyTorch(source: FileSource, options: ReadPyTorchOptions = {}): Promise<PyTorchFile> {
  assertOptions(functionName, options, { key: nameOption })
  return withBytes(functionName, source, async (bytes) => {
    try {
      return await read(bytes, options)
    } catch (cause) {
      throw designed(bytes.name, cause)
    }
  })
}

const functionName = 'readPyTorch'

async function read(bytes: ByteSource, { key }: ReadPyTorchOptions): Promise<PyTorchFile> {
  const beginning = await bytes.read(0, Math.min(bytes.size, 512))
  const { contents, storages } = isZip(beginning)
    ? await readArchive(bytes)
    : isLegacy(beginning)
      ? await readLegacy(bytes)
      : refuseOther(beginning)
  const records = stateDictOf(contents, key, bytes.size)
  return { tensors: await storedTensors(records, storages, { size: bytes.size, source: bytes.name }), contents }
}

function refuseOther(beginning: Uint8Array): never {
  const text = Array.from(beginning, (byte) => String.fromCharCode(byte)).join('')
  if (text.charAt(8) === '{') {
    throw new FormatProblem('it is a safetensors file', 'read its bytes with readSafetensors(bytes) of @ae/core')
  }
  if (text.slice(257, 262) === 'ustar') {
    throw new FormatProblem(
      'it is a tar file, as PyTorch wrote before 2017',
      "load it in Python and save it again: torch.save(torch.load(path), 'weights.pt')",
    )
  }
  throw new FormatProblem(
    text === '' ? 'it is empty' : 'it does not begin like a file of torch.save',
    'check that the path or address is that of the file itself, not of a page about it',
  )
}

function designed(name: string, cause: unknown): unknown {
  if (cause instanceof UnknownName) {
    return new WeightsError(`\`${functionName}\` refuses ${name}: it names something that is not a tensor.`, {
      facts: { Expected: 'numbers, texts, containers and tensors', Received: cause.path },
      fix: "save the weights alone where the model was trained: torch.save(model.state_dict(), 'weights.pt'), or of a checkpoint torch.save(checkpoint['state_dict'], 'weights.pt'). torch.load(path, weights_only=False) runs whatever the file names: use it only for a file that you trust",
    })
  }
  if (!(cause instanceof FormatProblem)) return cause
  return new WeightsError(`\`${functionName}\` cannot read ${name}: ${cause.message}.`, { fix: cause.fix })
}
