// `--validation`: the share of the training data that is kept for validation.
import { OptionError } from '@ae/core'

/**
 * @param data what the share is of
 * @returns undefined for `none`; at least one example otherwise
 * @throws {OptionError} on another text
 */
export function validationShare(text: string, { size }: { readonly size: number }): number | undefined {
  if (text === 'none') return undefined
  const share = text.trim() === '' ? Number.NaN : Number(text)
  if (share > 0 && share < 1 && size > 1) return Math.max(share, 1 / size)
  throw new OptionError('`ae train` received a bad `--validation`.', {
    facts: {
      Expected: 'a share above 0 and below 1 of at least 2 examples, or none',
      Received: `${text}, of ${size} examples`,
    },
    fix: 'pass e.g. --validation 0.1',
  })
}
