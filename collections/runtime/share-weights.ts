import { mkdir, readdir, readFile, rm, stat, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import type { GraphSource } from './graphs.js'
import { cudaProblem, optimiseGraph } from './session.js'

/**
 * Weights are written in the layouts of the kernels, a little longer than in the graph, or than twice that where the
 * graph has them in half precision.
 */
const GROWTH = 4

type Name = 'encoder' | 'decoder' | 'layers'

function graphsOf ({ encoder, decoder, layers }: GraphSource): ReadonlyArray<readonly [Name, Uint8Array]> {
  return [['encoder', encoder], ['decoder', decoder], ...layers === undefined ? [] : [['layers', layers] as const]]
}

/** @throws Error where the disk can't hold the weights: a file that is cut short must not be mapped */
async function checkSpace (folder: string, source: GraphSource): Promise<void> {
  const wanted = GROWTH * graphsOf(source).reduce((sum, [, graph]) => sum + graph.length, 0)
  const { bavail, bsize } = await statfs(folder)
  if (bavail * bsize >= wanted) return
  throw new Error(`expected ${wanted} free bytes in ${folder} but found ${bavail * bsize}`)
}

/**
 * Optimises the graphs of a version for this machine and writes their weights, in the layouts of its kernels, into
 * files. Sessions that open the result map these files: they share one copy, in whichever threads they are, and open
 * faster. The files must stay until the last session is open; a session that is open keeps what it has mapped.
 * @param folder absolute, of this version alone; it is made
 * @returns undefined where the graphs are to run on a GPU, which has memory of its own
 * @throws Error of ONNX Runtime or of the file system
 */
export async function shareWeights (source: GraphSource, folder: string): Promise<GraphSource | undefined> {
  const { provider } = source
  if (provider !== 'cpu' && cudaProblem() === undefined) return undefined
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await checkSpace(folder, source)
  const optimised: { [K in Name]?: Uint8Array } = {}
  for (const [name, graph] of graphsOf(source)) {
    const path = join(folder, `${name}.onnx`)
    await optimiseGraph(graph, path, `${name}.weights`)
    optimised[name] = new Uint8Array(await readFile(path))
    await rm(path)
  }
  const files = (await readdir(folder)).map(name => join(folder, name))
  const sizes = await Promise.all(files.map(async file => (await stat(file)).size))
  return { ...source, ...optimised, weights: { folder, files, bytes: sizes.reduce((sum, size) => sum + size, 0) } }
}
