// `ae convert`: a model of this library from files of others.
import { jsonFlag, outFlag, seedFlag } from '../flags.ts'
import type { Verb } from '../verb.ts'
import { modelBackendFlag } from './of-a-model.ts'

/** Makes a model of the weights of another program. */
export const convert: Verb = {
  name: 'convert',
  summary: 'Make a model of a file of PyTorch, Keras, TensorFlow.js or safetensors.',
  arguments: [
    {
      name: 'input',
      help: 'a file (.pt, .keras, .h5, model.json, .safetensors), a folder of shards with an index, or - for stdin',
      path: 'file',
    },
  ],
  flags: [
    {
      name: 'input-shape',
      type: 'shape',
      value: '<lengths>',
      help: 'the shape of an example, channels last, e.g. 28,28,1, where the file does not say it',
      group: 'model',
    },
    {
      name: 'activation',
      type: 'text',
      value: '<name>',
      help: 'of hidden layers, where the file does not say it, e.g. relu',
      group: 'model',
    },
    { name: 'code-activation', type: 'text', value: '<name>', help: "of an autoencoder's code", group: 'model' },
    {
      name: 'output-activation',
      type: 'text',
      choices: ['linear', 'sigmoid'],
      help: "of the decoder's last layer, where the file does not say it",
      group: 'model',
    },
    { name: 'stride', type: 'count', help: 'of convolutions of PyTorch (default: 2)', group: 'model' },
    {
      name: 'key',
      type: 'text',
      value: '<name>',
      help: 'of a checkpoint of PyTorch: the entry that holds the weights',
      group: 'model',
    },
    {
      name: 'code',
      type: 'text',
      value: '<layer>',
      help: 'of Keras: the layer whose output is the code',
      group: 'model',
    },
    {
      name: 'mean',
      type: 'text',
      value: '<layer>',
      help: 'of a VAE of Keras: the layer that gives the mean',
      group: 'model',
    },
    {
      name: 'log-variance',
      type: 'text',
      value: '<layer>',
      help: 'of a VAE of Keras: the layer that gives the log variance',
      group: 'model',
    },
    {
      name: 'decoder',
      type: 'text',
      value: '<file>',
      path: 'file',
      help: 'of Keras: the decoder, if the input is the encoder alone',
      group: 'model',
    },
    { ...seedFlag, default: 0, help: "the model's seed", group: 'model' },
    modelBackendFlag,
    { ...outFlag, value: '<file>', default: 'model.safetensors', help: 'where to write the model; - is stdout' },
    jsonFlag,
  ],
  details: `The result is an autoencoder or a VAE with the weights of the file; the likelihood follows from the last activation. What a file does
not say has a flag, which the error names. A model of another kind, or of layers that only code describes, is filled in a program:
importStateDict and importLayers of @ae/formats. Check the result: \`ae reconstruct model.safetensors data.npy --out pairs.png\`.`,
  examples: [
    { command: 'ae convert vae.pt --input-shape 28,28,1 --out vae.safetensors', what: 'a VAE of PyTorch' },
    { command: 'ae convert autoencoder.keras --out autoencoder.safetensors', what: 'a model of Keras' },
    {
      command:
        'ae convert encoder.keras --decoder decoder.keras --mean z_mean --log-variance z_log_var --out vae.safetensors',
      what: 'a VAE of Keras in two files',
    },
  ],
  load: () => import('../run/convert.ts'),
}
