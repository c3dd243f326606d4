// What the names in a PyTorch pickle stand for: tensors, storages and plain containers. Any other name is refused.
// torch/_utils.py, torch/serialization.py and torch/_weights_only_unpickler.py of PyTorch 2.13
import { FormatProblem } from '../bytes/format-problem.ts'
import { type PyTorchType, typesByName, typesByStorage } from './dtypes.ts'
import type { Pickled, PickleEnvironment } from './pickle.ts'

/** Where the values of tensors lie. Several tensors may share one. */
export interface StorageRecord {
  /** Its name in the file. */
  readonly key: string
  /** The type that its values have unless a tensor says otherwise; undefined for bare bytes. */
  readonly type: PyTorchType | undefined
  /** Its length: values, or bytes where it has no type. */
  readonly count: number
  /** Where a view begins in the storage of that name, in values. */
  readonly start: number
}

/** A tensor in the pickle: which values of which storage it has. */
export class TensorRecord {
  /** Axis lengths. */
  readonly shape: readonly number[]
  /** Its type in PyTorch, e.g. `float32`. */
  readonly dtype: string
  /** Where its values are; a text says why they cannot be read. */
  readonly values: TensorValues | string

  constructor(shape: readonly number[], dtype: string, values: TensorValues | string) {
    this.shape = shape
    this.dtype = dtype
    this.values = values
  }
}

/** Which values of a storage a tensor has. */
export interface TensorValues {
  readonly storage: StorageRecord
  readonly type: PyTorchType
  /** Of its first value, in values. */
  readonly offset: number
  /** From one value to the next along each axis, in values. */
  readonly strides: readonly number[]
}

/** A pickle names something that is not a tensor, a number, a text or a container. */
export class UnknownName extends Error {
  readonly path: string

  constructor(path: string) {
    super(path)
    this.path = path
  }
}

/** Something that can be called or made. */
class Name {
  readonly path: string
  readonly make: (parts: readonly Pickled[]) => Pickled

  constructor(path: string, make: (parts: readonly Pickled[]) => Pickled) {
    this.path = path
    this.make = make
  }
}

/**
 * The machine's knowledge of PyTorch.
 *
 * @param limit how many values and characters calls may be given in all: each may copy what it is given
 */
export function torchNames(limit: number): PickleEnvironment {
  let left = limit
  const objects = new WeakSet<object>()
  const bareObject = () => {
    const members = new Map<Pickled, Pickled>()
    objects.add(members)
    return members
  }
  const names: Readonly<Record<string, (parts: readonly Pickled[]) => Pickled>> = {
    ...makers,
    'argparse.Namespace': bareObject,
    'types.SimpleNamespace': bareObject,
  }
  return {
    global(module, name) {
      const path = `${module === '__builtin__' ? 'builtins' : module}.${name}`
      if (module === 'torch' && typesByName.has(name)) return `torch.${name}`
      const storage = module.startsWith('torch') ? storageNames.get(name) : undefined
      if (storage !== undefined) return storage
      const make = Object.hasOwn(names, path) ? names[path] : undefined
      if (make === undefined) throw new UnknownName(path)
      return new Name(path, make)
    },
    call(callee, parts) {
      left -= parts.reduce<number>((sum, part) => sum + sizeOf(part), parts.length)
      if (left < 0) throw new FormatProblem('it makes far more than its length allows')
      if (callee instanceof Name) return callee.make(parts)
      throw new FormatProblem('it calls something that is not a function')
    },
    setState(value, state) {
      if (value instanceof NumpyType) return value.withState(state)
      // Dictionaries may carry attributes of their own, such as `_metadata` of a state dict: they are left out.
      const isObject = typeof value === 'object' && value !== null && objects.has(value)
      if (isObject && value instanceof Map && state instanceof Map)
        for (const [key, part] of state) value.set(key, part)
      else if (!(value instanceof Map)) throw new FormatProblem('it sets the state of something that has none')
      return value
    },
    persistent(id) {
      const [tag, storage, key, , count, view] = Array.isArray(id) ? id : []
      if (tag !== 'storage' || !(storage instanceof StorageName))
        throw new FormatProblem('it refers to what is not a storage')
      const [, start = 0] = Array.isArray(view) ? view : []
      const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0
      if (!isCount(count) || !isCount(start)) throw new FormatProblem('a storage has no length')
      return Object.assign(new Storage(), { key: String(key), type: storage.type, count, start })
    },
  }
}

class Storage implements StorageRecord {
  readonly key: string = ''
  readonly type: PyTorchType | undefined
  readonly count: number = 0
  readonly start: number = 0
}

class StorageName {
  readonly type: PyTorchType | undefined

  constructor(type: PyTorchType | undefined) {
    this.type = type
  }
}

const storageNames: ReadonlyMap<string, StorageName> = /* @__PURE__ */ new Map([
  .../* @__PURE__ */ [...typesByStorage].map(([name, type]) => [name, new StorageName(type)] as const),
  ...['UntypedStorage', '_UntypedStorage'].map((name) => [name, new StorageName(undefined)] as const),
])

function sizeOf(value: Pickled): number {
  if (typeof value === 'string' || Array.isArray(value) || value instanceof Uint8Array) return value.length
  return value instanceof Map || value instanceof Set ? value.size : 0
}

function asList(value: Pickled = []): readonly Pickled[] {
  if (Array.isArray(value)) return value
  if (value instanceof Set) return [...value]
  throw new FormatProblem('it makes a container of something that is not one')
}
const asDictionary = ([items]: readonly Pickled[]) => {
  if (items instanceof Map) return new Map(items)
  return new Map(asList(items).map((pair) => asList(pair) as unknown as [Pickled, Pickled]))
}
const asSet = ([items]: readonly Pickled[]) => new Set(asList(items))
const asPath = (parts: readonly Pickled[]) => parts.join('/').replace('//', '/')

const makers: Readonly<Record<string, (parts: readonly Pickled[]) => Pickled>> = {
  'collections.OrderedDict': asDictionary,
  'collections.Counter': asDictionary,
  'collections.defaultdict': () => new Map(),
  'builtins.dict': asDictionary,
  'builtins.set': asSet,
  'builtins.frozenset': asSet,
  'builtins.list': ([items]) => asList(items),
  'builtins.tuple': ([items]) => asList(items),
  'builtins.int': ([value = 0]) => value,
  'builtins.float': ([value = 0]) => value,
  'builtins.str': ([value = '']) => String(value),
  'builtins.bool': ([value = false]) => Boolean(value),
  'builtins.bytearray': ([value]) => latin1(value),
  '_codecs.encode': ([text]) => latin1(text),
  'pathlib.PosixPath': asPath,
  'pathlib.WindowsPath': asPath,
  'pathlib.PurePosixPath': asPath,
  'pathlib._local.PosixPath': asPath,
  'pytorch_lightning.utilities.parsing.AttributeDict': asDictionary,
  'lightning_fabric.utilities.data.AttributeDict': asDictionary,
  'lightning.fabric.utilities.data.AttributeDict': asDictionary,
  'numpy.dtype': ([code]) => new NumpyType(String(code)),
  'numpy.core.multiarray.scalar': numpyScalar,
  'numpy._core.multiarray.scalar': numpyScalar,
  'torch.Size': ([lengths]) => asList(lengths),
  'torch.device': (parts) => parts.join(':'),
  'torch.Tensor': tensorItself,
  'torch.nn.parameter.Parameter': tensorItself,
  'torch.nn.parameter.Buffer': tensorItself,
  'torch._utils._rebuild_tensor': rebuildTensor,
  'torch._utils._rebuild_tensor_v2': rebuildTensor,
  'torch._utils._rebuild_tensor_v3': ([storage, offset, shape, strides, , , dtype]) =>
    rebuildTensor([storage, offset, shape, strides], typesByName.get(String(dtype).slice('torch.'.length))),
  'torch._utils._rebuild_parameter': tensorItself,
  'torch._utils._rebuild_parameter_with_state': tensorItself,
  'torch._tensor._rebuild_from_type_v2': ([make, , parts]) => {
    if (make instanceof Name && make.path.startsWith('torch._utils._rebuild')) return make.make(asList(parts))
    throw new FormatProblem('it makes a tensor by something that makes none')
  },
  'torch.serialization._get_layout': ([name]) => String(name),
  'torch._utils._rebuild_sparse_tensor': ([, parts]) =>
    new TensorRecord(lengthsOf(asList(parts)[2]), 'sparse', 'is sparse: save its to_dense()'),
  'torch._utils._rebuild_qtensor': ([storage, , shape]) =>
    new TensorRecord(
      lengthsOf(shape),
      (storage instanceof Storage && storage.type?.name) || 'quantized',
      'is quantized: save its dequantize()',
    ),
  'torch._utils._rebuild_meta_tensor_no_storage': ([dtype, shape]) =>
    new TensorRecord(lengthsOf(shape), String(dtype), 'is on the device "meta", where tensors have no values'),
  'torch.per_tensor_affine': () => null,
  'torch.per_channel_affine': () => null,
}

function tensorItself([tensor]: readonly Pickled[]): Pickled {
  if (tensor instanceof TensorRecord) return tensor
  throw new FormatProblem('a parameter is not a tensor')
}

function rebuildTensor(parts: readonly Pickled[], given?: PyTorchType): TensorRecord {
  const [storage, offset, shape, strides] = parts
  if (!(storage instanceof Storage)) throw new FormatProblem('a tensor has no storage')
  const type = given ?? storage.type
  if (type === undefined) throw new FormatProblem('a tensor has no type of numbers that is known')
  const lengths = lengthsOf(shape)
  const steps = lengthsOf(strides)
  if (steps.length !== lengths.length) throw new FormatProblem('a tensor has axes without a stride')
  const [first] = lengthsOf([offset])
  const values = { storage, type, offset: first ?? 0, strides: steps }
  return new TensorRecord(lengths, type.name, type.stored === type.name ? `has the type ${type.name}` : values)
}

function lengthsOf(value: Pickled): number[] {
  const lengths = Array.isArray(value) ? value : [undefined]
  if (lengths.every((length) => Number.isSafeInteger(length) && Number(length) >= 0)) return lengths
  throw new FormatProblem('a tensor has lengths, strides or an offset that are not integers of at least 0')
}

function latin1(text: Pickled): Uint8Array {
  return text instanceof Uint8Array ? text : Uint8Array.from(String(text), (character) => character.charCodeAt(0))
}

/** A type of NumPy: `f8` is a float of 8 bytes. */
class NumpyType {
  readonly code: string
  readonly isLittle: boolean

  constructor(code: string, isLittle = true) {
    this.code = code
    this.isLittle = isLittle
  }

  withState(state: Pickled): NumpyType {
    return new NumpyType(this.code, !Array.isArray(state) || state[1] !== '>')
  }
}

/** A number as NumPy saves it, such as a best score in a checkpoint. */
function numpyScalar([type, content]: readonly Pickled[]): Pickled {
  if (!(type instanceof NumpyType) || !(content instanceof Uint8Array))
    throw new UnknownName('numpy.core.multiarray.scalar')
  const { code, isLittle } = type
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength)
  const readers: Readonly<Record<string, () => number | bigint | boolean>> = {
    f8: () => view.getFloat64(0, isLittle),
    f4: () => view.getFloat32(0, isLittle),
    i8: () => Number(view.getBigInt64(0, isLittle)),
    i4: () => view.getInt32(0, isLittle),
    i2: () => view.getInt16(0, isLittle),
    u8: () => Number(view.getBigUint64(0, isLittle)),
    u4: () => view.getUint32(0, isLittle),
    u2: () => view.getUint16(0, isLittle),
    u1: () => view.getUint8(0),
    i1: () => view.getInt8(0),
    b1: () => view.getUint8(0) !== 0,
  }
  const read = Object.hasOwn(readers, code) ? readers[code] : undefined
  if (read === undefined) throw new UnknownName(`numpy.dtype('${code}')`)
  if (content.length < Number(code.slice(1))) throw new FormatProblem('a number of NumPy has too few bytes')
  return read()
}
