// Where a published data set is on this machine, without downloading anything: for `ae doctor`.
import { fashionMnistFiles, mnistFiles } from './catalogue.ts'
import { fileFrom, localSources } from './download-sources.ts'
import { folder } from './place.ts'

/**
 * The first place that has the labels for testing of a data set, which are its smallest file; verified, but for AE_DATA_DIR, whose
 * files are taken as they are.
 *
 * @param name `mnist` or `fashion-mnist`
 * @returns the file's path; undefined where the data set would be downloaded
 */
export async function placeOfData(name: string): Promise<string | undefined> {
  const published = [mnistFiles, fashionMnistFiles].find((files) => files.name === name)
  if (published === undefined) return undefined
  const { caller, splits } = published
  const request = { caller, verify: true }
  const { AE_DATA_DIR: root } = process.env
  const own = root ? [`${root}/${name}`, root].map((path) => ({ place: folder(caller, path), verify: false })) : []
  const others = localSources(published, request).map(({ place }) => ({ place, verify: true }))
  for (const { place, verify } of [...own, ...others]) {
    const answer = await fileFrom({ place }, splits.test.labels, { ...request, verify })
    if (!('absent' in answer)) return answer.file
  }
  return undefined
}
