import { nameUnit, rampColour, type Named, type Partition } from '@partition-vae/models'
import { escapeMarkup, FONT_FAMILY } from './svg.js'

/** More units than this and a cell stands for a pair of partitions. */
const MOST_UNITS = 40

/**
 * Absolute correlation between the posterior means of all units as a heat map, partitions ruled off: blocks on the
 * diagonal say that what correlates lives together. With more than 40 units a cell is the largest absolute correlation
 * between two partitions. `correlation`: [D][D]. → SVG
 */
export function drawCorrelation (
  correlation: ReadonlyArray<readonly number[]>,
  card: Named
): string {
  const { partitions } = card
  const byUnit = correlation.length <= MOST_UNITS
  const groups = partitions.map(({ name, label = name, offset, size }, i) =>
    byUnit ? { label, offset, size } : { label, offset: i, size: 1 }
  )
  const cells = byUnit ? correlation.map(row => row.map(Math.abs)) : largestBetween(correlation, partitions)
  const nameCell = (i: number) => (byUnit ? nameUnit(card, i) : groups[i]!.label)
  const count = cells.length
  const pitch = Math.max(12, Math.min(34, Math.floor(420 / count)))
  const left = 24 + 7.5 * Math.max(...groups.map(({ label }) => label.length))
  const side = count * pitch
  const top = 8
  const marks: string[] = []
  for (const [i, row] of cells.entries()) {
    for (const [j, value] of row.entries()) {
      const x = left + j * pitch
      const y = top + i * pitch
      const text = value.toFixed(2).replace(/^0/, '')
      marks.push(
        `<rect x="${x}" y="${y}" width="${pitch}" height="${pitch}" fill="rgb(${rampColour(value).join()})">` +
          `<title>${escapeMarkup(`${nameCell(i)} and ${nameCell(j)}: ${text}`)}</title></rect>`
      )
      if (pitch >= 26) {
        marks.push(
          `<text x="${x + pitch / 2}" y="${y + pitch / 2 + 3.5}" font-size="10" text-anchor="middle" ` +
            `fill="${value > 0.55 ? '#ffffff' : '#24292f'}">${text}</text>`
        )
      }
    }
  }
  for (const { label, offset, size } of groups) {
    const middle = (offset + size / 2) * pitch
    if (offset > 0) {
      marks.push(
        `<path d="M${left + offset * pitch} ${top}v${side}M${left} ${top + offset * pitch}h${side}" ` +
          'stroke="#24292f" stroke-width="1.5"/>'
      )
    }
    marks.push(`<text x="${left - 8}" y="${top + middle + 4}" text-anchor="end">${escapeMarkup(label)}</text>`)
    // Column names lean, so that narrow partitions with long names do not run into each other.
    const x = left + middle
    const y = top + side + 12
    marks.push(
      `<text x="${x}" y="${y}" text-anchor="end" transform="rotate(-35 ${x} ${y})">${escapeMarkup(label)}</text>`
    )
  }
  const width = Math.ceil(left + side + 12)
  const height = Math.ceil(top + side + 16 + 0.6 * left)
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" ` +
    `font-family="${FONT_FAMILY}" font-size="12" fill="currentColor">\n${marks.join('\n')}\n` +
    `<rect x="${left}" y="${top}" width="${side}" height="${side}" fill="none" stroke="#24292f" ` +
    'stroke-width="1.5"/>\n</svg>'
  )
}

/**
 * [P][P]: the largest absolute correlation between units of two partitions; inside one, between two different units.
 */
function largestBetween (correlation: ReadonlyArray<readonly number[]>, partitions: readonly Partition[]): number[][] {
  return partitions.map(a => partitions.map(b => {
    let largest = 0
    for (let i = a.offset; i < a.offset + a.size; i++) {
      for (let j = b.offset; j < b.offset + b.size; j++) {
        if (i !== j) largest = Math.max(largest, Math.abs(correlation[i]![j]!))
      }
    }
    return largest
  }))
}
