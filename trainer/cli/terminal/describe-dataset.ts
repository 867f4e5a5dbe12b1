import type { DataSplits, Factors } from '../../data/dataset.js'

/** Says in lines how many images the splits have, of what shape, and what is known of them beyond their pixels. */
export function describeDataset ({ train, test }: DataSplits): string[] {
  const splits = [train, test].map(({ name, count, shape: { height, width, channels } }, i) =>
    `${i === 0 ? 'train' : 'test '}    ${name}: ${count} images of ${height}×${width}×${channels}`)
  const labels =
    train.labels === undefined
      ? []
      : [`labels   ${train.labelNames?.join(', ') ?? `${new Set(train.labels).size} classes`}`]
  const objects =
    train.scene === undefined ? [] : [`objects  ${train.scene.objects.map(({ name }) => name).join(', ')}`]
  return [
    ...splits,
    ...labels,
    ...(train.factors === undefined ? [] : describeFactors(train.factors, test.factors!)),
    ...objects,
  ]
}

/**
 * A line for each group, with the range of each factor over both splits, and its different values where these are fewer
 * than the images.
 */
function describeFactors ({ names, groups, values: ofTrain }: Factors, { values: ofTest }: Factors): string[] {
  const described = new Map(names.map((name, factor) => {
    const distinct = new Set<number>()
    let [low, high] = [Infinity, -Infinity]
    for (const values of [ofTrain, ofTest]) {
      for (let i = factor; i < values.length; i += names.length) {
        low = Math.min(low, values[i]!)
        high = Math.max(high, values[i]!)
        distinct.add(values[i]!)
      }
    }
    const different = `${distinct.size} different ${distinct.size === 1 ? 'value' : 'values'}`
    return [
      name,
      `${name.slice(name.indexOf('/') + 1)} ${shown(low, high - low)} to ${shown(high, high - low)} (${different})`,
    ]
  }))
  return Object.entries(groups).map(
    ([group, members]) => `factors  ${group}: ${members.map(name => described.get(name)).join(', ')}`
  )
}

/** Whole numbers as they are, others to a hundredth of the factor's range; a single image has none. */
function shown (value: number, range: number): string {
  if (Number.isInteger(value) || !(range > 0)) return String(value)
  const digits = Math.ceil(Math.log10(Math.abs(value) / range)) + 3
  return String(Number(value.toPrecision(Math.min(17, Math.max(1, digits)))))
}
