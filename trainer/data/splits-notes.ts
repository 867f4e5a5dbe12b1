import type { DataSplits, ImageDataset } from './dataset.js'

/** Classes that are named one by one; of more only the number is told. */
const NAMED = 5

/**
 * Lists, in whole sentences, what a person should know of a data set's splits before training: what can't be measured
 * afterwards, and why.
 */
export function notesOn ({ train, test }: Pick<DataSplits, 'train' | 'test'>): string[] {
  return [...constantFactors({ train, test }), ...rareClasses({ train, test })]
}

function constantFactors (splits: Pick<DataSplits, 'train' | 'test'>): string[] {
  return (['train', 'test'] as const).flatMap(split => {
    const { factors, count } = splits[split]
    if (factors === undefined) return []
    const { names, values } = factors
    return names.flatMap((name, k) => {
      const first = values[k]!
      for (let i = k; i < values.length; i += names.length) if (values[i] !== first) return []
      return [
        `${name} is ${first} in all ${count} ${images(split)}: what partitions know of it can't be ` +
          `${split === 'test' ? 'measured' : 'learned from labels'}.`,
      ]
    })
  })
}

/** Notes the classes that one split lacks: nothing can be learned of them, or nothing told. */
function rareClasses ({ train, test }: Pick<DataSplits, 'train' | 'test'>): string[] {
  if (train.labels === undefined || test.labels === undefined) return []
  const counts = [countsOf(train), countsOf(test)] as const
  const classes = [...new Set([...counts[0].keys(), ...counts[1].keys()])].sort((a, b) => a - b)
  if (classes.length < 2) return ['all images are of one class: how partitions tell classes apart can\'t be measured.']
  const absent = classes.flatMap(label => {
    const [learned, judged] = counts.map(count => count.get(label) ?? 0) as [number, number]
    if (learned > 0 && judged > 0) return []
    const name = train.labelNames?.[label] ?? String(label)
    return [
      `class ${name} has ${learned + judged === 1 ? 'one image' : `${learned + judged} images`}, and none of them ` +
        `among the ${images(learned === 0 ? 'train' : 'test')}.`,
    ]
  })
  return absent.length <= NAMED
    ? absent
    : [`${absent.length} of ${classes.length} classes have images on one side of the split only.`]
}

function countsOf ({ labels }: ImageDataset): Map<number, number> {
  const counts = new Map<number, number>()
  for (const label of labels!) counts.set(label, (counts.get(label) ?? 0) + 1)
  return counts
}

const images = (split: 'train' | 'test') => split === 'train' ? 'training images' : 'test images'
