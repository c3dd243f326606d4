// The number types of PyTorch: their names there, in safetensors, and their sizes.

/** A number type of PyTorch. */
export interface PyTorchType {
  /** Its name in PyTorch, e.g. `bfloat16`. */
  readonly name: string
  /** Its name in safetensors, which is what decodes it; of a type that cannot be decoded, its name in PyTorch. */
  readonly stored: string
  /** Bytes a value. */
  readonly size: number
}

/** Name in PyTorch, class of its storages before `UntypedStorage`, name in safetensors, bytes a value. */
const rows: readonly (readonly [name: string, storage: string, stored: string, size: number])[] = [
  ['float32', 'FloatStorage', 'F32', 4],
  ['float64', 'DoubleStorage', 'F64', 8],
  ['float16', 'HalfStorage', 'F16', 2],
  ['bfloat16', 'BFloat16Storage', 'BF16', 2],
  ['int64', 'LongStorage', 'I64', 8],
  ['int32', 'IntStorage', 'I32', 4],
  ['int16', 'ShortStorage', 'I16', 2],
  ['int8', 'CharStorage', 'I8', 1],
  ['uint8', 'ByteStorage', 'U8', 1],
  ['bool', 'BoolStorage', 'BOOL', 1],
  ['uint16', '', 'U16', 2],
  ['uint32', '', 'U32', 4],
  ['uint64', '', 'U64', 8],
  ['float8_e4m3fn', '', 'F8_E4M3', 1],
  ['float8_e5m2', '', 'F8_E5M2', 1],
  ['float8_e4m3fnuz', '', 'F8_E4M3FNUZ', 1],
  ['float8_e5m2fnuz', '', 'F8_E5M2FNUZ', 1],
  ['float8_e8m0fnu', '', 'F8_E8M0', 1],
  // Tensors of these are listed, but their values are refused.
  ['float4_e2m1fn_x2', '', 'float4_e2m1fn_x2', 1],
  ['complex32', 'ComplexHalfStorage', 'complex32', 4],
  ['complex64', 'ComplexFloatStorage', 'complex64', 8],
  ['complex128', 'ComplexDoubleStorage', 'complex128', 16],
  ['qint8', 'QInt8Storage', 'qint8', 1],
  ['quint8', 'QUInt8Storage', 'quint8', 1],
  ['qint32', 'QInt32Storage', 'qint32', 4],
  ['quint4x2', 'QUInt4x2Storage', 'quint4x2', 1],
]

/** By name in PyTorch. */
export const typesByName: ReadonlyMap<string, PyTorchType> = /* @__PURE__ */ new Map(
  /* @__PURE__ */ rows.map(([name, , stored, size]) => [name, { name, stored, size }]),
)

/** By the class of their storages. */
export const typesByStorage: ReadonlyMap<string, PyTorchType> = /* @__PURE__ */ new Map(
  /* @__PURE__ */ rows
    .filter(([, storage]) => storage !== '')
    .map(([name, storage, stored, size]) => [storage, { name, stored, size }]),
)
