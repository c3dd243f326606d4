// The program of `ae export`.
import { join } from 'node:path'
import { memory, OptionError, save, writeSafetensors } from '@ae/core'
import { readTensors } from '@ae/core/internal'
import { exportLayersModel, exportOnnx, layersModelFiles, pytorchModule, toStateDict } from '@ae/formats'
import { encoderFor } from '../array-formats.ts'
import type { AnyModel } from '../open-model.ts'
import { withModel } from '../run-verb.ts'
import type { Run, Settings } from '../verb.ts'
import { writeBytes } from '../write-array.ts'

const verb = 'ae export'

type Part = 'encoder' | 'decoder' | 'autoencoder'

/** Files by their names: one without a name, or those of a folder. */
type Files = Readonly<Record<string, Uint8Array>>

interface Exporter {
  readonly ending?: RegExp
  /** Whether it writes several files. */
  readonly isFolder: boolean
  files(model: AnyModel, part: Part, settings: Settings): Promise<Files>
}

const exporters: Readonly<Record<string, Exporter>> = {
  onnx: {
    ending: /\.onnx$/i,
    isFolder: false,
    files: async (model, part, { noise }) => ({
      '': await exportOnnx(model, { part, code: noise ? 'sample' : 'mean' }),
    }),
  },
  tfjs: {
    isFolder: true,
    files: async (model, part) => layersModelFiles(await exportLayersModel(model, { part })),
  },
  pytorch: {
    isFolder: true,
    files: async (model) => ({
      'model.py': new TextEncoder().encode(pytorchModule(model)),
      'model.safetensors': writeSafetensors(await toStateDict(model)),
    }),
  },
  safetensors: {
    ending: /\.safetensors$/i,
    isFolder: false,
    async files(model, _, { weights }) {
      const store = memory()
      await save(model, store, { weights: weights as 'float32' })
      return { '': await store.read() }
    },
  },
  npz: { ending: /\.npz$/i, isFolder: false, files: async (model) => ({ '': await npzOf(model) }) },
}

/** Writes the model in the format that `--to` or the ending of `--out` names. */
export const run: Run = (settings, io, given) =>
  withModel(verb, settings, io, async ({ model, backend }) => {
    const out = String(settings.out)
    const to = formatOf(settings, out)
    const exporter = exporters[to] as Exporter
    assertUsed(settings, given, to)
    if (exporter.isFolder && out === '-') {
      throw new OptionError(`\`${verb}\` cannot write the files of ${to} to stdout.`, {
        facts: { Expected: 'a folder', Received: '--out -' },
        fix: `pass --out ${to}/`,
      })
    }
    if (out === '-' && (io.stdout.isTTY || settings.json)) {
      throw new OptionError(
        `\`${verb}\` cannot write ${to} to ${settings.json ? 'stdout with --json' : 'a terminal'}.`,
        {
          facts: { Received: '--out -' },
          fix: `pass --out model.${to}`,
        },
      )
    }
    const part = settings.part === 'whole' ? 'autoencoder' : (settings.part as Part)
    const files = await exporter.files(model, part, settings)
    const paths: string[] = []
    for (const [name, bytes] of Object.entries(files)) {
      const path = name === '' ? out : join(out, name)
      await writeBytes(path, io, bytes)
      paths.push(path)
    }
    if (out === '-') return 0
    const told = { kind: model.kind, backend, to, ...(to === 'onnx' || to === 'tfjs' ? { part: settings.part } : {}) }
    io.stdout.write(
      settings.json
        ? `${JSON.stringify({ ...told, files: paths })}\n`
        : paths.map((path) => `wrote ${path}\n`).join(''),
    )
    return 0
  })

function formatOf({ to }: Settings, out: string): string {
  if (to !== undefined) return String(to)
  const told = Object.keys(exporters).find((name) => exporters[name]?.ending?.test(out))
  if (told !== undefined) return told
  throw new OptionError(`\`${verb}\` cannot tell the format from --out.`, {
    facts: { Expected: Object.keys(exporters).join(', '), Received: out },
    fix: 'pass --to, or a name that ends in .onnx, .safetensors or .npz',
  })
}

/** @throws {OptionError} when a flag is given that the format does not have */
function assertUsed(settings: Settings, given: ReadonlySet<string>, to: string): void {
  const takers: Readonly<Record<string, readonly string[]>> = {
    part: ['onnx', 'tfjs'],
    noise: ['onnx'],
    weights: ['safetensors'],
  }
  for (const [flag, formats] of Object.entries(takers)) {
    if (!given.has(flag) || formats.includes(to)) continue
    throw new OptionError(`\`${verb}\` takes --${flag} only with ${formats.join(' and ')}.`, {
      facts: { Received: `--${flag} ${settings[flag]}, --to ${to}` },
      fix: `leave out --${flag}`,
    })
  }
}

/** The weights by the names of the variables, as NumPy reads them. */
async function npzOf({ variables, state }: AnyModel): Promise<Uint8Array> {
  const all = Object.entries({ ...variables, ...state })
  const values = await readTensors(all.map(([, variable]) => variable))
  // One row of each: the first axis is that of the weight itself.
  const columns = all.map(([name, { shape }]) => ({ name, shape: shape.slice(1), type: 'float32' }) as const)
  const { zipSync } = await import('fflate')
  const files = columns.map(({ name, ...column }, i) => {
    const encoder = encoderFor(verb, 'npy', [{ name, ...column }], all[i]?.[1].shape[0] ?? 1)
    const rows = encoder.rows([Float32Array.from(values[i] ?? [])])
    const header = encoder.begin()
    const bytes = new Uint8Array(header.length + rows.length)
    bytes.set(header)
    bytes.set(rows, header.length)
    return [`${name}.npy`, [bytes, { level: 0 }]] as const
  })
  return zipSync(Object.fromEntries(files) as Parameters<typeof zipSync>[0])
}
