import { readFile } from 'node:fs/promises'
import { listReport, openRepository, type Card, type ModelVersion, type PublishedVersion } from '@partition-vae/models'

/** Parts of a version that may differ in the next. */
export interface Changes {
  readonly partitions?: Card['partitions']
  readonly sample?: Uint8Array
  readonly encoder?: Uint8Array<ArrayBuffer>
  readonly decoder?: Uint8Array<ArrayBuffer>
  readonly layers?: Uint8Array<ArrayBuffer>
}

/**
 * Publishes a version anew, with changes, as the next of its model: golden examples and report are the same.
 * @param repository its root folder
 * @throws ModelError as the repository refuses
 */
export async function republish (
  repository: string,
  { directory, card, ...contents }: ModelVersion,
  { partitions = card.partitions, ...changes }: Changes
): Promise<PublishedVersion> {
  const { schemaVersion, version, files, createdAt, ...draft } = card
  return await openRepository(repository).publish({
    card: { ...draft, partitions },
    ...contents,
    ...changes,
    report: await readReport(directory),
  })
}

/** A version's report by path inside it, as publishing takes it; empty where there is none. */
async function readReport (folder: string): Promise<Map<string, Uint8Array>> {
  const files = await listReport(folder)
  return new Map(await Promise.all(
    files.map(async ({ path, location }) => [path, new Uint8Array(await readFile(location))] as const)
  ))
}
