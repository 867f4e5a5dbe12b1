import { readdir, stat } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'

const FOLDER = 'report'

/** A file of a version's report. */
export interface ReportFile {
  /** Inside the report, with `/` between folders. */
  readonly path: string
  /** Absolute. */
  readonly location: string
  readonly bytes: number
  /** The time it was written, in milliseconds since 1970. */
  readonly modified: number
}

/**
 * Lists the files of a version's report by path; none where it has no report. Links are passed over: they may lead
 * anywhere.
 * @param directory of the version
 */
export async function listReport (directory: string): Promise<ReportFile[]> {
  const root = join(directory, FOLDER)
  const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return []
      throw error
    }
  )
  const locations = entries.filter(entry => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name))
  const files = await Promise.all(locations.map(async location => {
    const { size, mtimeMs } = await stat(location)
    return { path: relative(root, location).split(sep).join('/'), location, bytes: size, modified: mtimeMs }
  }))
  return files.sort((a, b) => (a.path < b.path ? -1 : 1))
}
