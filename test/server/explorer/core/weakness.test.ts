import t from 'tap'
import { readMeasures } from '../../../../server/explorer/core/measures.js'
import type { Sample } from '../../../../server/explorer/core/sample.js'
import { findWeaknesses, writeError } from '../../../../server/explorer/core/weakness.js'

const partitions = [{ name: 'p1', size: 3, offset: 0, label: 'ball' }, { name: 'p2', size: 2, offset: 3 }]
const find = (test: object, sample?: Sample, kinds: Record<string, string> = {}) =>
  findWeaknesses(readMeasures({ test })!, partitions, new Map(Object.entries(kinds)), sample)
    .map(({ what, words }) => `${what} ${words}`.replaceAll('\u00a0', ' '))

t.test('nothing measured, nothing said', async t => t.strictSame(find({}), []))

t.test('of the latent, the worst first, and no long list', async t => {
  const found = find({
    images: 40,
    mse: 3,
    imageVariance: 4,
    activeUnits: 4,
    totalCorrelation: { means: 2 },
    deadPartitions: [{ name: 'p2' }],
    things: {
      partitions: { p1: { place: 1, otherPlace: 0, swapInside: 1, reconstructed: 0.6 } }, unexplained: { outside: 0.4 },
    },
    disentanglement: { explained: { 'ball/x': [0.4] }, groups: { partitions: ['p1'] } },
  })
  t.strictSame(found, [
    'p2 says nothing: it is dead.',
    'Reconstructions miss 75 % of what varies.',
    'Partitions say some things twice: they share 2.0 nats.',
    'What moves is in no partition by 40 %: nobody draws it.',
    'ball is the least well drawn of the things that move: 60 % of it.',
  ])
  t.match(find({ images: 40, activeUnits: 4 }), ['1 of 5 units are not in use.', /^Only 40 images/])
})

t.test('slots in reserve are no weakness', async t => {
  const measured = { activeUnits: 2, deadPartitions: [{ name: 'p2' }] }
  t.strictSame(find(measured, undefined, { p1: 'slot', p2: 'slot' }), [])
  t.strictSame(find(measured), ['p2 says nothing: it is dead.', '3 of 5 units are not in use.'])
})

t.test('of factors: the least known, the mixed, and what chance does as well', async t => {
  const groups = { partitions: ['p1', 'p2'], groups: ['ball', 'ink'], matrix: [[0.8, 0.5], [0.1, 0.45]], meanGap: 0.37 }
  const explained = { 'ball/radius': [0.8, 0.1], ink: [0.5, 0.45] }
  t.strictSame(find({ disentanglement: { groups, explained, control: { meanGap: { mean: 0.36 } } } }), [
    'Its partitions tell things apart hardly better than random ones: gap .37, random .36.',
    'Ink is in several partitions, or in none.',
  ])
})

t.test('partitions that tell things apart well are not compared with chance', async t => {
  const groups = { partitions: ['p1', 'p2'], groups: ['ball'], matrix: [[0.95], [0.1]], meanGap: 0.8 }
  t.strictSame(find({ disentanglement: { groups, control: { meanGap: { mean: 0.36 } } } }), [])
})

t.test('of factors: the least known of those that have their partition', async t => {
  const groups = { partitions: ['p1', 'p2'], groups: ['ball'], matrix: [[0.85], [0.1]] }
  const found = find({ disentanglement: { groups, explained: { 'ball/x': [0.95, 0], 'ball/radius': [0.8, 0.1] } } })
  t.strictSame(found, ['Ball’s size is the least known of 2 factors: R² .80.'])
})

t.test('of images: the values and the classes that are drawn worst', async t => {
  const count = 90
  const rows = Array.from({ length: count }, (_, n) => n)
  const sample: Sample = {
    count,
    data: 'drawn',
    index: Uint32Array.from(rows),
    mean: new Float32Array(count),
    logVariance: new Float32Array(1),
    squaredError: Float32Array.from(rows, n => n < 30 ? 0.004 : 0.001),
    classes: Uint8Array.from(rows, n => Math.floor(n / 30)),
    factors: ['table/y', 'light/light'],
    factor: Float32Array.from(rows.flatMap(n => [n % 7, n])),
    sheet: { type: 'image/webp', columns: 1, width: 1, height: 1 },
    sheetBytes: new Uint8Array(),
  }
  t.strictSame(find({}, sample), [
    'Images with low light are drawn worse than those with high: squared error .004 against .001.',
    'Class 0 is drawn worst: squared error .004, all images .002.',
  ])
  const alike = { ...sample, squaredError: Float32Array.from(rows, n => n < 30 ? 0.0011 : 0.001) }
  t.strictSame(find({}, alike), [], 'a little worse is not worth a word')
  const { factor: _, classes: __, ...bare } = sample
  t.strictSame(find({}, bare), [])
})

t.test('errors, short', async t => {
  t.strictSame([0.00069, 0.0123, 0.000004].map(writeError), ['.00069', '.012', '4.0e-6'])
})
