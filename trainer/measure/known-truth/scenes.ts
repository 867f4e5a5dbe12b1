/** Measures against the scene behind the images: partitions swapped against factors swapped, and each object. */
import { latentSizeOf, unitFromBytes } from '@partition-vae/models'
import { selectFactors, type Scene, type Factors as DatasetFactors } from '../../data/dataset.js'
import { decodeChecked, readImages, sampleIndices } from '../batches.js'
import {
  counterfactualScore,
  measureObjectReconstruction,
  type CounterfactualScore,
  type ObjectReconstruction,
} from '../disentanglement/index.js'
import { NotMeasurable, type NotMeasured } from '../not-measured.js'
import { encodeAll, indexGroups, type KnownTruthOptions } from './source.js'

/** Frames that are drawn and decoded anew for each partition and group. */
const SCENE_IMAGES = 512

/** Assembles the options of the scores that need scenes drawn anew. */
async function sceneOf (
  { inference, test, partitions, limit = Infinity }: KnownTruthOptions,
  factors: DatasetFactors
) {
  const { shape } = test
  const latentSize = latentSizeOf(partitions)
  const chosen = sampleIndices(test.count, Math.min(limit, SCENE_IMAGES))
  return {
    chosen,
    latentSize,
    decode: async (latent: Float32Array) => await decodeChecked(inference, latent, latent.length / latentSize, shape),
    rows: (indices: Uint32Array) => selectFactors(factors, indices.map(i => chosen[i]!)),
  }
}

/** Each partition swapped against each group of factors swapped. */
export async function measureCounterfactual (
  options: KnownTruthOptions,
  scene: Scene,
  factors: DatasetFactors
): Promise<CounterfactualScore> {
  const { test, partitions, seed, progress } = options
  const { chosen, decode, rows } = await sceneOf(options, factors)
  if (chosen.length < 2) {
    throw new NotMeasurable(`expected at least 2 images to swap factors between but found ${chosen.length}`)
  }
  const { means } = await encodeAll(options, test, chosen, 'images of known scenes')
  const columns = indexGroups(factors)
  return await counterfactualScore({
    means,
    partitions,
    groups: Object.keys(factors.groups),
    decode,
    renderSwapped (group, indices, donors) {
      progress?.('swapped partitions against swapped factors', indices.at(-1)! + 1, chosen.length, 'images')
      const [swapped, donated] = [rows(indices), rows(donors)]
      for (let row = 0; row < indices.length; row++) {
        const start = row * factors.names.length
        for (const k of columns[group]!) swapped[start + k] = donated[start + k]!
      }
      return unitFromBytes(scene.render(swapped))
    },
    seed,
  })
}

/** Measures how much of each object the reconstructions keep. */
export async function measureObjects (
  options: KnownTruthOptions,
  scene: Scene,
  factors: DatasetFactors,
  notMeasured: NotMeasured
): Promise<ObjectReconstruction> {
  const { test, progress } = options
  const { chosen, decode, rows, latentSize } = await sceneOf(options, factors)
  const { means } = await encodeAll(options, test, chosen, 'images of known scenes')
  const objects = await measureObjectReconstruction({
    count: chosen.length,
    channels: test.shape.channels,
    objects: scene.objects.map(({ name }) => name),
    truth: indices =>
      readImages(
        test,
        indices.map(i => chosen[i]!)
      ),
    reconstruct (indices) {
      progress?.('objects', indices.at(-1)! + 1, chosen.length, 'images')
      return decode(means.slice(indices[0]! * latentSize, (indices.at(-1)! + 1) * latentSize))
    },
    without: (object, indices) => unitFromBytes(scene.render(rows(indices), { skip: [object] })),
    mask (object, indices) {
      const mask = scene.masks(rows(indices))[object]
      if (mask === undefined) throw new NotMeasurable(`expected a mask of ${object} but found none`)
      return mask
    },
  })
  const seen = Object.entries(objects).filter(([name, { pixels }]) => {
    if (pixels === 0) notMeasured[`objects.${name}`] = 'expected an image that shows it but found none'
    return pixels > 0
  })
  if (seen.length === 0) throw new NotMeasurable('expected an image that shows an object but found none')
  return Object.fromEntries(seen)
}
