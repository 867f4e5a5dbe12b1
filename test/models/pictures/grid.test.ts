import t from 'tap'
import { composeGrid, defaultZoom, measureGrid, type GridOptions, type Raster } from '@partition-vae/models'
import { faultOf } from '../format/fault.js'

const P = 255 // paper
const I = 32 // ink

/** Grey pixels by row. */
function linesOf ({ bytes, width, height, channels }: Raster): number[][] {
  if (bytes.length !== width * height * channels) throw new Error('expected all of the image')
  return Array.from({ length: height }, (_, y) => [...bytes.subarray(y * width * channels, (y + 1) * width * channels)])
}

t.test('tiles go side by side, magnified, with a gap; a short row is filled with paper', async t => {
  const tiles = Uint8Array.of(1, 2, 3, 4, 5, 6)
  const grid = composeGrid(tiles, { height: 1, width: 2, channels: 1 }, { columns: 2, zoom: 2, gap: 1 })
  t.strictSame(linesOf(grid), [
    [1, 1, 2, 2, P, 3, 3, 4, 4],
    [1, 1, 2, 2, P, 3, 3, 4, 4],
    [P, P, P, P, P, P, P, P, P],
    [5, 5, 6, 6, P, P, P, P, P],
    [5, 5, 6, 6, P, P, P, P, P],
  ])
})

t.test('colours stay together', async t => {
  const tiles = Uint8Array.of(1, 2, 3, 4, 5, 6, 11, 12, 13, 14, 15, 16)
  const grid = composeGrid(tiles, { height: 2, width: 1, channels: 3 }, { columns: 2, zoom: 2, gap: 0 })
  const top = [1, 2, 3, 1, 2, 3, 11, 12, 13, 11, 12, 13]
  const bottom = [4, 5, 6, 4, 5, 6, 14, 15, 16, 14, 15, 16]
  t.strictSame(grid.channels, 3)
  t.strictSame(linesOf(grid), [top, top, bottom, bottom])
})

/** The letter i of the fixed font 6x13, as its designers drew it. */
const LETTER_I = [
  '......',
  '......',
  '......',
  '..#...',
  '......',
  '.##...',
  '..#...',
  '..#...',
  '..#...',
  '..#...',
  '.###..',
  '......',
  '......',
].map(line => [...line].map(mark => (mark === '#' ? I : P)))

t.test('a row label stands left of its row, dark on paper, centred on the tile', async t => {
  const grid = composeGrid(
    new Uint8Array(15).fill(9),
    { height: 15, width: 1, channels: 1 },
    { columns: 1, zoom: 1, rowLabels: ['i'] }
  )
  t.equal(grid.width, 3 + 6 + 3 + 1)
  t.equal(grid.height, 15)
  const blank = Array<number>(6).fill(P)
  const glyph = [blank, ...LETTER_I, blank]
  t.strictSame(linesOf(grid), glyph.map(line => [P, P, P, ...line, P, P, P, 9]))
})

t.test('rows and columns grow to the height and width of their labels', async t => {
  const grid = composeGrid(Uint8Array.of(7, 8), { height: 1, width: 1, channels: 1 }, {
    columns: 2, zoom: 1, gap: 1, rowLabels: ['i'], columnLabels: ['i', 'i'],
  })
  t.equal(grid.width, 12 + 6 + 1 + 6)
  t.equal(grid.height, 3 + 13 + 3 + 13)
  const lines = linesOf(grid)
  t.strictSame(lines.slice(3, 16), LETTER_I.map(line => [...Array<number>(12).fill(P), ...line, P, ...line]))
  t.strictSame(lines.slice(19).map(line => line.slice(3, 9)), LETTER_I)
  const row = lines[19 + 6]!
  t.equal(row[12 + 2], 7, 'a tile stands in the middle of its cell')
  t.equal(row[12 + 7 + 2], 8)
})

t.test('a tile label stands beneath its tile, both in the middle of a cell that has room for them', async t => {
  const grid = composeGrid(Uint8Array.of(7, 8, 9), { height: 1, width: 1, channels: 1 }, {
    columns: 2, zoom: 1, gap: 1, tileLabels: ['i', '', 'ii'],
  })
  t.equal(grid.width, 12 + 1 + 12, 'as wide as the widest')
  t.equal(grid.height, 14 + 1 + 14)
  const lines = linesOf(grid)
  t.equal(lines[0]![5], 7)
  t.equal(lines[0]![13 + 5], 8)
  t.strictSame(lines.slice(1, 14).map(line => line.slice(3, 9)), LETTER_I)
  t.ok(lines.slice(1, 14).every(line => line.slice(13).every(value => value === P)), 'an empty one is empty')
  t.strictSame(lines.slice(16).map(line => line.slice(0, 12)), LETTER_I.map(line => [...line, ...line]))
  const fault = await faultOf(() => composeGrid(Uint8Array.of(7), { height: 1, width: 1, channels: 1 }, {
    columns: 1, tileLabels: ['a', 'b'],
  }))
  t.match(fault, { code: 'PVAE_INVALID_PARAMETER', field: 'tileLabels', expected: '1 labels' })
})

t.test('text is magnified with the tiles, and in all channels', async t => {
  const shape = { height: 150, width: 1, channels: 3 }
  const grid = composeGrid(new Uint8Array(450), shape, { columns: 1, zoom: 1, rowLabels: ['i'] })
  t.equal(grid.width, 2 * 12 + 1)
  const lines = linesOf(grid)
  const doubled = LETTER_I.flatMap(line => {
    const wide = line.flatMap(value => Array<number>(6).fill(value))
    return [wide, wide]
  })
  t.strictSame(lines.slice(62, 88).map(line => line.slice(6 * 3, 18 * 3)), doubled)
  t.equal(composeGrid(new Uint8Array(450), shape, { columns: 1, zoom: 1, rowLabels: ['i'], textScale: 1 }).width, 13)
})

t.test('letters the font lacks lose their accents, or become question marks', async t => {
  const draw = (label: string) =>
    linesOf(composeGrid(new Uint8Array(1), { height: 1, width: 1, channels: 1 }, { columns: 1, rowLabels: [label] }))
  t.strictSame(draw('Größe é'), draw('Gro?e e'))
  t.strictSame(draw('~ 😀'), draw('~ ?'))
  t.notSame(draw('~'), draw('?'))
})

t.test('small images are magnified to at least 56 pixels', async t => {
  const sizes = [
    [28, 28, 2],
    [32, 32, 2],
    [27, 40, 3],
    [56, 56, 1],
    [55, 90, 2],
    [96, 160, 1],
    [4096, 4096, 1],
    [7, 7, 8],
    [2, 90, 8],
  ] as const
  for (const [height, width, zoom] of sizes) t.equal(defaultZoom({ height, width }), zoom, `${height} × ${width}`)
  const grid = composeGrid(new Uint8Array(2 * 784), { height: 28, width: 28, channels: 1 }, { columns: 2 })
  t.strictSame([grid.height, grid.width], [56, 56 + 2 + 56])
})

t.test('what does not fit is named', async t => {
  const code = 'PVAE_INVALID_PARAMETER'
  const cases: Array<[number, GridOptions, string, string, string]> = [
    [5, { columns: 1 }, 'tiles', 'a positive multiple of 4 bytes', '5 bytes'],
    [0, { columns: 1 }, 'tiles', 'a positive multiple of 4 bytes', '0 bytes'],
    [4, { columns: 0 }, 'columns', 'an integer from 1 to 4096', '0'],
    [4, { columns: 1, zoom: 9 }, 'zoom', 'an integer from 1 to 8', '9'],
    [4, { columns: 1, zoom: 1.5 }, 'zoom', 'an integer from 1 to 8', '1.5'],
    [4, { columns: 1, gap: -1 }, 'gap', 'an integer from 0 to 64', '-1'],
    [4, { columns: 1, textScale: 0 }, 'textScale', 'an integer from 1 to 8', '0'],
    [12, { columns: 2, rowLabels: ['a'] }, 'rowLabels', '2 labels', '1 labels'],
    [12, { columns: 2, columnLabels: ['a', 'b', 'c'] }, 'columnLabels', '2 labels', '3 labels'],
  ]
  for (const [length, options, field, expected, found] of cases) {
    const fault = await faultOf(() =>
      composeGrid(new Uint8Array(length), { height: 2, width: 2, channels: 1 }, options)
    )
    t.strictSame(fault, { code, field, expected, found })
  }
})

t.test('the size is known before anything is drawn', async t => {
  const shape = { height: 3, width: 5, channels: 1 }
  for (const options of [
    { columns: 2 },
    { columns: 3, zoom: 2, gap: 0, rowLabels: ['a label', 'b'] },
    { columns: 4, columnLabels: ['wide enough', 'a', 'b', 'c'] },
  ]) {
    const { height, width } = composeGrid(new Uint8Array(60), shape, options)
    t.strictSame(measureGrid(4, shape, options), { height, width })
  }
  t.throws(() => measureGrid(1, shape, { columns: 5000 }), { code: 'PVAE_INVALID_PARAMETER', field: 'columns' })
})
