// Flags that several verbs have, so that they mean the same and read the same everywhere.
import type { Flag } from './verb.ts'

/** What `--dataset` takes. */
export const datasetNames = ['mnist', 'fashion-mnist'] as const

/** What `--model` takes: the catalogue of @ae/models, which is not loaded for its names. */
export const modelNames = [
  'autoencoder',
  'stacked-autoencoder',
  'sparse-autoencoder',
  'denoising-autoencoder',
  'contractive-autoencoder',
  'vae',
  'conditional-vae',
  'iwae',
  'beta-tc-vae',
  'vq-vae',
] as const

/** What `--backend` takes. */
export const backendNames = ['wasm', 'cpu', 'webgpu', 'cuda', 'native'] as const

/** Which data a verb reads, and what of it. */
export const dataFlags = {
  dataset: {
    name: 'dataset',
    type: 'text',
    choices: datasetNames,
    help: 'which data; downloaded if it is not found here',
    group: 'data',
  },
  data: {
    name: 'data',
    type: 'text',
    value: '<place>',
    help: 'your own data instead: a folder or a file (see below)',
    group: 'data',
    path: 'file',
  },
  images: {
    name: 'images',
    type: 'text',
    value: '<folder>',
    help: 'as --data, which must be a folder of pictures',
    group: 'data',
    path: 'folder',
  },
  csv: {
    name: 'csv',
    type: 'text',
    value: '<file>',
    help: 'as --data, which must be a CSV file',
    group: 'data',
    path: 'file',
  },
  parquet: {
    name: 'parquet',
    type: 'text',
    value: '<file>',
    help: 'as --data, which must be a Parquet file',
    group: 'data',
    path: 'file',
  },
  npy: {
    name: 'npy',
    type: 'text',
    value: '<file>',
    help: 'as --data, which must be a .npy file of NumPy',
    group: 'data',
    path: 'file',
  },
  examples: {
    name: 'examples',
    type: 'text',
    value: '<names>',
    help: 'the array or the columns of the examples, where the file has several',
    group: 'data',
  },
  labels: {
    name: 'labels',
    type: 'text',
    value: '<name>',
    help: 'the labels: a file, an array, a column, or subfolders',
    group: 'data',
  },
  targetColumn: {
    name: 'target-column',
    type: 'text',
    value: '<name>',
    help: 'the column of a table that has the labels: the same as --labels',
    group: 'data',
  },
  missing: {
    name: 'missing',
    type: 'text',
    value: '<texts>',
    help: 'what stands for a missing value in a table, separated by commas, e.g. NA,?',
    group: 'data',
  },
  shape: {
    name: 'shape',
    type: 'shape',
    value: '<lengths>',
    help: 'the shape of an example, e.g. 28,28,1; pictures are scaled to it',
    group: 'data',
  },
  split: {
    name: 'split',
    type: 'text',
    choices: ['train', 'test', 'all'],
    help: 'which part of the data',
    group: 'data',
  },
  limit: { name: 'limit', type: 'count', value: '<count>', help: 'only the first <count> examples', group: 'data' },
} as const satisfies Readonly<Record<string, Flag>>

/** Where examples come from, and what of it they are. */
export const sourceFlags: readonly Flag[] = [
  dataFlags.images,
  dataFlags.csv,
  dataFlags.parquet,
  dataFlags.npy,
  dataFlags.examples,
  dataFlags.labels,
  dataFlags.targetColumn,
  dataFlags.missing,
]

/** The backend that computes. */
export const backendFlag = {
  name: 'backend',
  type: 'text',
  choices: backendNames,
  default: 'wasm',
  help: 'the backend that computes',
} as const satisfies Flag

/** One JSON object, or JSON lines, instead of text. */
export const jsonFlag = {
  name: 'json',
  type: 'flag',
  help: 'print one JSON object on stdout and nothing else',
  group: 'output',
} as const satisfies Flag

/** A seed for what a verb draws at random. */
export const seedFlag = {
  name: 'seed',
  type: 'integer',
  minimum: 0,
  maximum: Number.MAX_SAFE_INTEGER,
  default: 1,
  help: 'seeds what is drawn at random; the same seed gives the same numbers',
} as const satisfies Flag

/** Where rows or pictures go. */
export const outFlag = {
  name: 'out',
  type: 'text',
  value: '<file>',
  help: 'where to write; its ending tells the format; - for stdout',
  group: 'output',
  path: 'file',
} as const satisfies Flag
