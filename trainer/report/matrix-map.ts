import { rampColour } from '@partition-vae/models'
import { escapeMarkup, FONT_FAMILY } from './svg.js'

export interface MatrixMap {
  /** Names of the rows, from the top. */
  readonly rows: readonly string[]
  readonly columns: readonly string[]
  /** [rows][columns]. Colours stand for 0 to 1; what lies outside has the colour of the nearer end. */
  readonly values: ReadonlyArray<readonly number[]>
  /** Cells in a frame, by column name: the name of the row. */
  readonly marked?: Readonly<Record<string, string>> | undefined
}

const CELL_WIDTH = 62
const CELL_HEIGHT = 30

/** A matrix of scores as a heat map with its numbers, e.g. partitions × groups of factors. → SVG */
export function drawMatrix ({ rows, columns, values, marked = {} }: MatrixMap): string {
  const left = 24 + 7.5 * Math.max(...rows.map(name => name.length))
  const slope = Math.max(...columns.map(name => name.length)) * 7.5
  const top = 8
  const bottom = top + rows.length * CELL_HEIGHT
  const cells = rows.flatMap((row, r) => columns.map((column, c) => {
    const value = values[r]![c]!
    const [x, y] = [left + c * CELL_WIDTH, top + r * CELL_HEIGHT]
    const shade = Math.min(1, Math.max(0, value))
    const text = value.toFixed(2).replace(/^(-?)0\./, '$1.')
    const frame =
      marked[column] === row
        ? `<rect x="${x + 2}" y="${y + 2}" width="${CELL_WIDTH - 4}" height="${CELL_HEIGHT - 4}" fill="none" ` +
          'stroke="#dd7f28" stroke-width="2"/>'
        : ''
    return (
      `<rect x="${x}" y="${y}" width="${CELL_WIDTH}" height="${CELL_HEIGHT}" ` +
      `fill="rgb(${rampColour(shade).join()})"><title>${escapeMarkup(`${row}, ${column}: ${text}`)}</title></rect>` +
      `<text x="${x + CELL_WIDTH / 2}" y="${y + CELL_HEIGHT / 2 + 4}" text-anchor="middle" ` +
      `fill="${shade > 0.55 ? '#ffffff' : '#24292f'}">${text}</text>${frame}`
    )
  }))
  const rowNames = rows.map(
    (row, r) =>
      `<text x="${left - 8}" y="${top + (r + 0.5) * CELL_HEIGHT + 4}" text-anchor="end">${escapeMarkup(row)}</text>`
  )
  const columnNames = columns.map((column, c) => {
    const [x, y] = [left + (c + 0.5) * CELL_WIDTH, bottom + 14]
    return `<text x="${x}" y="${y}" text-anchor="end" transform="rotate(-35 ${x} ${y})">${escapeMarkup(column)}</text>`
  })
  const width = Math.ceil(left + columns.length * CELL_WIDTH + 12)
  const height = Math.ceil(bottom + 18 + 0.6 * slope)
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" ` +
    `font-family="${FONT_FAMILY}" font-size="12" ` +
    `fill="currentColor">\n${[...cells, ...rowNames, ...columnNames].join('\n')}\n</svg>`
  )
}
