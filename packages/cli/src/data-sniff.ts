// What a file or a folder is, by its content.
import { open, readdir } from 'node:fs/promises'
import { isTableText } from './tables.ts'

/** What content was found. */
export type Sniffed = 'npy' | 'parquet' | 'csv' | 'json' | 'images' | 'a folder' | 'something else'

/** What a file begins like; an address tells by its ending. */
export async function sniff(path: string): Promise<Sniffed> {
  if (/^https?:/i.test(path)) {
    const ending = /\.(npy|parquet|csv|tsv|jsonl?|ndjson)(?:\.gz)?(?:[?#]|$)/i.exec(path)?.[1]?.toLowerCase()
    if (ending === 'npy' || ending === 'parquet') return ending
    return ending === undefined ? 'something else' : ending.startsWith('j') || ending === 'ndjson' ? 'json' : 'csv'
  }
  const handle = await open(path)
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(4096), 0, 4096, 0).finally(() => handle.close())
  const text = buffer.subarray(0, bytesRead).toString('latin1')
  if (text.startsWith('\x93NUMPY')) return 'npy'
  if (text.startsWith('PAR1')) return 'parquet'
  if (/^(?:\xef\xbb\xbf)?\s*[[{]/.test(text)) return 'json'
  return isTableText(text, path) ? 'csv' : 'something else'
}

/** Whether a folder holds pictures, or folders that may; one with files of IDX does not. */
export async function isPictureFolder(path: string): Promise<boolean> {
  const entries = await readdir(path, { withFileTypes: true })
  if (entries.some(({ name }) => /-ubyte(?:\.gz)?$/.test(name))) return false
  return entries.some((entry) => entry.isDirectory() || /\.(?:png|jpe?g|gif|webp|avif|bmp|tiff?)$/i.test(entry.name))
}
