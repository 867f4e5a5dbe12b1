/** The table of things and their partitions. */
import { labelOf, type Partition } from '@partition-vae/models'
import type { Metrics } from '../measure/metrics-schema.js'
import { heading, number, renderTable } from './table.js'
import { percent } from './verdict/finding.js'

/** Writes the table of things, for models of footage in which the places of things are known. */
export function thingsTable (partitions: readonly Partition[], { things }: Metrics): string {
  if (things === undefined || things === null || Object.keys(things.partitions).length === 0) return ''
  const share = (value: number) => ({ number: percent(value) })
  const beside = (value: number, chance: number) => ({ number: `${percent(value)} (${percent(chance)})` })
  return renderTable({
    title: 'Things and their partitions',
    caption:
      `On ${things.images} ${things.split} images in which the footage itself tells where things are. Swap inside: ` +
      'of the change when the partition is taken from another image, the part in the boxes of its thing in both. ' +
      'Drawn there: images in which the centre of what it draws lies in the box. In brackets: by chance. Place: R² ' +
      "of the thing's place from the partition, and from the best other one. Reconstructed: of what the box shows " +
      'beyond the background.',
    header: [
      'Partition', heading('Images'), heading('Swap inside'), heading('Drawn there'), heading('Place'),
      heading('From another'), heading('Reconstructed'),
    ],
    rows: Object.entries(things.partitions).map(([name, thing]) => [
      labelOf(partitions.find(partition => partition.name === name) ?? { name }),
      number(thing.images, 0),
      beside(thing.swapInside, thing.swapByChance),
      beside(thing.follows, thing.followsByChance),
      number(thing.place),
      number(thing.otherPlace),
      share(thing.reconstructed),
    ]),
  })
}
