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

/** Pictures that are decoded before the page may answer. */
const AT_ONCE = 2

/** @throws Error where the model is not beside the page */
export async function openBundle (): Promise<Source> {
  const { card, gain, report } = JSON.parse(new TextDecoder().decode(await readBeside('manifest'))) as Manifest
  const graphs = createGraphs(card, { read: readBeside, runtime: () => readBeside('runtime'), gain })

  /** A few pictures at a time: the page answers between them. */
  async function decodeGently (latents: Float32Array, count: number): Promise<Float32Array> {
    const pictures: Float32Array[] = []
    for (let start = 0; start < count; start += AT_ONCE) {
      const end = Math.min(start + AT_ONCE, count)
      pictures.push(await graphs.decode(latents.subarray(start * card.latentSize, end * card.latentSize), end - start))
      await new Promise(resolve => setTimeout(resolve))
    }
    const all = new Float32Array(pictures.reduce((sum, { length }) => sum + length, 0)) // [N, C, H, W]
    pictures.reduce((at, picture) => {
      all.set(picture, at)
      return at + picture.length
    }, 0)
    return all
  }
  const influenceAt = async (latent: readonly number[]) =>
    (await measureInfluence(card, Float32Array.from(latent), decodeGently, 'planar')).map(({ change }) => change)

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
    readInfluence: (_card, latent = card.latentStatistics.mean) => influenceAt(latent),
  }
}
