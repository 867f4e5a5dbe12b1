/** The types of figures and of what they are drawn from. */
import { labelOf, type Card } from '@partition-vae/models'
import type { PartitionKinds } from '../config/partition-kinds.js'
import type { InferenceGraphs } from '../engine/engine.js'
import { encodeChecked, readImages, type ImageSource } from '../measure/batches.js'
import type { DrawnFigure } from './tiles.js'

/** The model and images that figures are drawn from. */
export interface FigureSource {
  readonly inference: InferenceGraphs
  /** The images that are shown: normally the test split. */
  readonly dataset: ImageSource
  readonly card: Pick<Card, 'latentSize' | 'partitions'>
  /** Which partition is a sprite, the background and so on, for what is drawn of layered models alone. */
  readonly kinds?: PartitionKinds | undefined
}

/** A traversal moves along what the training images showed. */
export interface TraversalSource extends FigureSource {
  readonly card: Pick<Card, 'latentSize' | 'partitions' | 'latentStatistics'> & Partial<Pick<Card, 'training'>>
}

export interface Figure extends DrawnFigure {
  /** File name without the extension. */
  readonly name: string
  readonly title: string
  /** A description of what one sees, for people. */
  readonly caption: string
}

/** Lists the partitions' names as figures show them. */
export function labelsOf ({ partitions }: FigureSource['card']): string[] {
  return partitions.map(labelOf)
}

/** Images by index and their posterior means: [N, H, W, C] in [0, 1], [N, D]. */
export async function encodeImages (
  { inference, dataset, card }: FigureSource,
  indices: Uint32Array
): Promise<{ images: Float32Array; mean: Float32Array }> {
  const images = await readImages(dataset, indices)
  const { mean } = await encodeChecked(inference, images, indices.length, card.latentSize)
  return { images, mean }
}
