// What `--data` takes, for the help and for errors; `data-files.ts` reads it.

/** The files, each with what `--examples` and `--labels` mean. */
export const fileKinds = {
  idx: 'an IDX file, plain or gzip (--labels: the IDX file of the labels)',
  npy: 'a .npy file of NumPy (--labels: the .npy file of the labels)',
  npz: 'a .npz archive of NumPy (--examples and --labels: names of its arrays)',
  parquet: 'a Parquet file (--examples: names of columns, separated by commas; --labels: the name of a column)',
  safetensors: 'a safetensors file (--examples and --labels: names of its tensors)',
  csv: 'a CSV table, plain or as .csv.gz (--examples: names of columns, separated by commas; --labels: the name of a column)',
} as const

/** The folders that `--data` takes. */
export const dataFolders: readonly string[] = [
  'a folder with the four IDX files, plain or gzip',
  'a folder of pictures, scaled to --shape, else to 64,64,3 (--labels: subfolders), or its folders train and test',
]

/** The files that it takes. */
export const dataFiles: readonly string[] = Object.values(fileKinds)
