// The whole text of an error, for inline snapshots. What zlib and fetch say differs between versions of Node: `<reason>`.

/**
 * @param action what must fail; its promise, or a function
 * @param names what varies between runs, such as temporary folders, each with the word that stands for it in the snapshot
 */
export async function errorText(
  action: Promise<unknown> | (() => unknown),
  names: Readonly<Record<string, string>> = {},
): Promise<string> {
  try {
    await (typeof action === 'function' ? action() : action)
  } catch (error) {
    const text = Object.entries(names).reduce((result, [found, word]) => result.replaceAll(found, word), String(error))
    return text.replace(
      /(Reason: +|transfer failed \(|gzip file \()(?!no such file|HTTP|it unpacks|it is a folder)[^)\n]+/g,
      '$1<reason>',
    )
  }
  throw new Error('nothing was thrown')
}
