// `ae serve`: models over HTTP.
import type { Verb } from '../verb.ts'

/** Serves saved models over HTTP. */
export const serve: Verb = {
  name: 'serve',
  summary: 'Serve saved models over HTTP: sample, encode, decode, reconstruct and score.',
  arguments: [
    {
      name: 'models',
      help: 'files of models, or name=file; a name is a part of addresses, by default that of the file',
      path: 'file',
      repeats: true,
    },
  ],
  flags: [
    {
      name: 'host',
      type: 'text',
      value: '<address>',
      default: '127.0.0.1',
      help: 'where to listen; beyond loopback it needs a token',
    },
    {
      name: 'port',
      type: 'integer',
      minimum: 0,
      maximum: 65_535,
      default: 8000,
      help: 'the port; 0 takes one that is free',
    },
    {
      name: 'token',
      type: 'text',
      value: '<text>',
      help: 'the token that requests must have; better in the variable AE_TOKEN',
    },
    {
      name: 'sampler-data',
      type: 'text',
      value: '<file>',
      path: 'file',
      repeats: true,
      help: 'examples (.npy, .npz, .parquet, .safetensors) that a sampler is fitted to, for a model without a prior; name=file for one of several',
    },
    { name: 'threads', type: 'count', help: 'threads that compute; by default one per core but one' },
    {
      name: 'one-thread',
      type: 'flag',
      help: 'compute in the thread that speaks HTTP, as in a container with one core',
    },
    { name: 'most-rows', type: 'count', default: 1024, help: 'examples in one request' },
    { name: 'most-bytes', type: 'count', default: 4_194_304, help: 'bytes in the body of one request' },
    { name: 'most-waiting', type: 'count', default: 256, help: 'requests that may wait' },
    {
      name: 'rate-limit',
      type: 'number',
      above: 0,
      value: '<count>',
      help: 'requests a minute from one client; by default any number',
    },
    { name: 'seconds', type: 'number', above: 0, default: 30, help: 'seconds that an answer may take' },
    {
      name: 'reload-seconds',
      type: 'number',
      minimum: 0,
      default: 1,
      help: 'seconds between two looks at the files for changes; 0 never looks',
    },
    {
      name: 'drain-seconds',
      type: 'number',
      minimum: 0,
      default: 0,
      help: 'seconds after SIGTERM in which requests are still accepted',
    },
    {
      name: 'grace-seconds',
      type: 'number',
      above: 0,
      default: 10,
      help: 'seconds after that in which those under way are answered',
    },
    {
      name: 'log',
      type: 'text',
      choices: ['info', 'warn', 'error'],
      default: 'info',
      help: 'the least level of the JSON lines on stderr; info has a line for each request',
    },
    { name: 'json', type: 'flag', help: 'print one JSON object on stdout when it listens, instead of text' },
  ],
  details: `Open the address in a browser to try the models; /openapi.json describes all requests:
  GET  /models/NAME/sample?count=16&seed=1&format=png
  POST /models/NAME/encode, decode, reconstruct, score    JSON, .npy, safetensors or pictures
  GET  /models, /healthz, /readyz, /metrics
The name may be left out for the first model. A file that changes is read again. SIGTERM and Ctrl-C end it with code 0 once
the requests under way are answered, with code 1 if the time was too short.`,
  examples: [
    { command: 'ae serve out/vae.safetensors', what: 'serve a model on http://127.0.0.1:8000' },
    { command: 'ae serve digits=a.safetensors faces=b.safetensors --port 0 --json', what: 'two models on a free port' },
    { command: 'AE_TOKEN=secret ae serve out/vae.safetensors --host 0.0.0.0', what: 'for other machines' },
  ],
  load: () => import('../run/serve.ts'),
}
