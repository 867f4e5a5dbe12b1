/** A model beside the page, as `pvae explore --export` writes it: everything happens here, and no service is asked. */
import { parseSample } from '@partition-vae/client'
import { measureInfluence, type LatentSpace } from '@partition-vae/models/portable'
import { takeSample } from '../../core/sample.js'
import type { Card } from '../service.js'
import type { Source } from '../source.js'
import { createDecoder } from './decoder.js'
import { encodeInPage } from './encoder.js'
import { readBeside } from './files.js'
import { createGraphs } from './graphs.js'

/** The file that says what is there: the card, with links as a service would give them. */
interface Manifest {
  readonly card: Card & LatentSpace
  /** Index of the partition that multiplies all others. */
  readonly gain?: number
  /** Paths of the report's files. */
  readonly report: readonly string[]
}

/** @throws Error where the model is not beside the page */
export async function openBundle (): Promise<Source> {
  const { card, gain, report } = JSON.parse(new TextDecoder().decode(await readBeside('manifest'))) as Manifest
  const graphs = createGraphs(card, { read: readBeside, runtime: () => readBeside('runtime'), gain })
  return {
    ...createDecoder(() => graphs),
    listModels: async () => [{ ...card, versions: [card.version] }],
    readCard: async () => card,
    async readSample () {
      const file = parseSample((await readBeside('sample')).buffer)
      return takeSample(file, new Uint8Array(await file.sheet.arrayBuffer()))
    },
    // The browser loads pictures itself, wherever the page is.
    readFigure: async (_card, path) => report.includes(path) ? `report/${path}` : undefined,
    encode: (_card, image) => encodeInPage(card, graphs, image),
    async readInfluence (_card, latent = card.latentStatistics.mean) {
      const around = Float32Array.from(latent)
      const maps = await measureInfluence(card, around, (latents, count) => graphs.decode(latents, count), 'planar')
      return maps.map(({ change }) => change)
    },
  }
}
