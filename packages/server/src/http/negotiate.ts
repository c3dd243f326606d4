// Which format a request has, and which one its answer gets. RFC 9110, section 12.
import { type Format, mediaTypes } from '../jobs/job.ts'

const others: Readonly<Record<string, Format>> = {
  'application/octet-stream+npy': 'npy',
  'application/npy': 'npy',
  'application/vnd.numpy.npy': 'npy',
  'application/safetensors': 'safetensors',
  'application/vnd.safetensors': 'safetensors',
  'image/jpg': 'jpeg',
  'text/json': 'json',
}

const byMediaType: ReadonlyMap<string, Format> = new Map([
  ...(Object.entries(mediaTypes) as [Format, string][]).map(([format, type]) => [type, format] as const),
  ...Object.entries(others),
])

/** The format that a Content-Type names; undefined if it is none that is known. */
export function formatOfBody(contentType: string): Format | undefined {
  return byMediaType.get(contentType.split(';', 1)[0]?.trim().toLowerCase() ?? '')
}

/**
 * The format that a client likes best.
 *
 * @param accept the header; undefined if there is none
 * @param offered formats, in the order of the server's preference
 * @returns undefined if it likes none of them
 */
export function formatOfAnswer(accept: string | undefined, offered: readonly Format[]): Format | undefined {
  if (accept === undefined || accept.trim() === '') return offered[0]
  const ranges = accept
    .slice(0, 2000)
    .split(',')
    .map((part) => {
      const [range = '', ...parameters] = part.split(';').map((text) => text.trim().toLowerCase())
      const quality = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2)
      return { range, quality: quality === undefined ? 1 : Number(quality) || 0 }
    })
  let best: { readonly format: Format; readonly quality: number } | undefined
  for (const format of offered) {
    const quality = qualityOf(format, ranges)
    if (quality > (best?.quality ?? 0)) best = { format, quality }
  }
  return best?.format
}

/** The quality of the most specific range that a format is in. */
function qualityOf(format: Format, ranges: readonly { readonly range: string; readonly quality: number }[]): number {
  const [family] = mediaTypes[format].split('/')
  const find = (test: (range: string) => boolean) => ranges.find(({ range }) => test(range))?.quality
  return (
    find((range) => byMediaType.get(range) === format) ??
    find((range) => range === `${family}/*`) ??
    find((range) => range === '*/*') ??
    0
  )
}
