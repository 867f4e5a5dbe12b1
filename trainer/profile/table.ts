import type { Shape } from './operation.js'
import type { ProfileRow, ProfileSummary } from './summary.js'

const describe = (shapes: readonly Shape[]): string => shapes.map(shape => shape.join('×') || 'scalar').join(' ')

/** A column: its title, what it says of a row, and whether that is a number. */
type Column = readonly [title: string, text: (row: ProfileRow) => string, numeric?: boolean]

const MEASURES: readonly Column[] = [
  ['ms/step', ({ milliseconds }) => milliseconds.toFixed(3), true],
  ['share', ({ share }) => `${(100 * share).toFixed(1)}%`, true],
  ['calls', ({ calls }) => String(Number(calls.toFixed(2))), true],
  ['GFLOP/s', ({ gigaflops }) => gigaflops === undefined ? '' : gigaflops.toFixed(1), true],
]

const OPERATION: readonly Column[] = [
  ['operator', ({ example }) => example.operator],
  ['kernel', ({ example }) => example.kernel],
  ['layer', ({ example }) => example.layer],
  ['pass', ({ example }) => example.pass],
  ['output', ({ example }) => describe(example.outputs)],
  ['inputs', ({ example }) => describe(example.inputs)],
]

/**
 * For people: where the time of a step goes, then the costliest operations, and sums of all by pass, kernel and layer.
 */
export function describeProfile (
  { steps, milliseconds: { step, execution, operations }, byOperation, byPass, byKernel, byLayer }: ProfileSummary,
  { rows = 40 } = {}
): string {
  const head =
    `${steps} steps, medians: ${step.toFixed(2)} ms a step, of which operations ${operations.toFixed(2)}, between ` +
    `them ${(execution - operations).toFixed(2)}, ` +
    `copies in and out ${(step - execution).toFixed(2)} (timing the operations costs time too)`
  return [
    head,
    `\nThe costliest of ${byOperation.length} operations:`,
    drawTable(byOperation.slice(0, rows), [...MEASURES, ...OPERATION.slice(0, 5)]),
    ...[
      ['pass', byPass],
      ['kernel', byKernel],
      ['layer', byLayer],
    ].flatMap(([title, all]) => [
      `\nBy ${title as string}:`,
      drawTable((all as ProfileRow[]).slice(0, rows), [...MEASURES, [title as string, ({ key }) => key]]),
    ]),
  ].join('\n')
}

function drawTable (rows: readonly ProfileRow[], columns: readonly Column[]): string {
  const cells = [columns.map(([title]) => title), ...rows.map(row => columns.map(([, text]) => text(row)))]
  const widths = columns.map((_, i) => Math.max(...cells.map(line => line[i]!.length)))
  return cells
    .map(line =>
      line
        .map((text, i) => (columns[i]![2] === true ? text.padStart(widths[i]!) : text.padEnd(widths[i]!)))
        .join('  ')
        .trimEnd()
    )
    .join('\n')
}

/** All operations as CSV (RFC 4180), longest first. */
export function operationsCsv ({ byOperation }: ProfileSummary): string {
  const columns: readonly Column[] = [['node', ({ key }) => key], ...OPERATION,
    ['calls_per_step', ({ calls }) => String(calls)],
    ['ms_per_step', ({ milliseconds }) => milliseconds.toFixed(6)],
    ['share', ({ share }) => share.toFixed(6)],
    ['gflops', ({ gigaflops }) => gigaflops === undefined ? '' : gigaflops.toFixed(3)],
  ]
  const quote = (text: string) => /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
  const lines = [
    columns.map(([title]) => title),
    ...byOperation.map(row => columns.map(([, text]) => quote(text(row)))),
  ]
  return lines.map(line => `${line.join(',')}\r\n`).join('')
}
