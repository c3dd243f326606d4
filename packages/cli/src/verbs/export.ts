// `ae export`: a model for another program.
import { jsonFlag, outFlag } from '../flags.ts'
import type { Verb } from '../verb.ts'
import { modelArgument, modelBackendFlag } from './of-a-model.ts'

/** Writes a model in a format of another program. */
export const exportVerb: Verb = {
  name: 'export',
  summary: 'Write a model for another program: ONNX, TensorFlow.js, PyTorch, safetensors or NumPy.',
  arguments: [modelArgument],
  flags: [
    {
      name: 'to',
      type: 'text',
      choices: ['onnx', 'tfjs', 'pytorch', 'safetensors', 'npz'],
      help: 'the format (default: by the ending of --out)',
      group: 'model',
    },
    {
      name: 'part',
      type: 'text',
      choices: ['encoder', 'decoder', 'whole'],
      default: 'whole',
      help: 'of onnx and tfjs: from examples to codes, from codes to examples, or from examples to reconstructions',
      group: 'model',
    },
    {
      name: 'noise',
      type: 'flag',
      help: 'of onnx: the code is drawn with a further input, noise, instead of the mean',
      group: 'model',
    },
    {
      name: 'weights',
      type: 'text',
      choices: ['float32', 'float16', 'bfloat16', 'int8'],
      default: 'float32',
      help: 'of safetensors: the type of the weights; narrow ones take half or a quarter of the room',
      group: 'model',
    },
    modelBackendFlag,
    { ...outFlag, value: '<path>', default: '-', help: 'a file; of tfjs and pytorch a folder; - is stdout' },
    { ...jsonFlag, help: 'print one JSON object about what was written' },
  ],
  details: `onnx: one file, opset 17. tfjs: a folder with model.json and weights.bin, for tf.loadLayersModel. pytorch: a folder with model.py and
model.safetensors, for load_state_dict. safetensors: the model itself, which every verb takes, with --weights. npz: the weights by name.`,
  examples: [
    { command: 'ae export out/vae.safetensors --part decoder --out decoder.onnx', what: 'for ONNX Runtime' },
    { command: 'ae export out/vae.safetensors --to tfjs --part encoder --out public/encoder/', what: 'for a page' },
    { command: 'ae export out/vae.safetensors --to pytorch --out torch/', what: 'for Python' },
    { command: 'ae export out/vae.safetensors --weights float16 --out small.safetensors', what: 'half the size' },
  ],
  load: () => import('../run/export.ts'),
}
