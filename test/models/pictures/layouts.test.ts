import t from 'tap'
import { formatStep, layOutInfluence, layOutMix, layOutPartitions, layOutTraversal } from '@partition-vae/models'

const cardOf = (count: number) => ({
  partitions: layOutPartitions(Array.from({ length: count }, (_, i) => ({ name: `p${i + 1}`, size: 1 }))),
})

const labelled = (() => {
  const [first, second] = cardOf(2).partitions
  return { partitions: [{ ...first!, label: 'ball' }, second!] }
})()

t.test('steps are shown to hundredths, without zeros at the end and without a minus before 0', async t => {
  const shown: Array<[value: number, text: string]> = [
    [-2.5, '-2.5'],
    [0, '0'],
    [-0, '0'],
    [-0.001, '0'],
    [1 / 3, '0.33'],
    [-2 / 3, '-0.67'],
    [2, '2'],
    [10, '10'],
    [0.1 + 0.2, '0.3'],
  ]
  for (const [value, text] of shown) t.equal(formatStep(value), text)
})

t.test('a traversal: rows by their labels, columns by their values, the input before them', async t => {
  const outline = {
    rows: [
      { partition: 'p1', label: 'ball' },
      { partition: 'p2', label: 'p2' },
    ],
    steps: 3,
    values: [-1, 0, 1],
  }
  t.strictSame(layOutTraversal(outline, { labels: true }), {
    columns: 3,
    rowLabels: ['ball', 'p2'],
    columnLabels: ['-1', '0', '1'],
  })
  t.strictSame(layOutTraversal(outline, { labels: true, withInput: true }), {
    columns: 4,
    rowLabels: ['ball', 'p2'],
    columnLabels: ['input', '-1', '0', '1'],
  })
  t.strictSame(layOutTraversal(outline, { labels: false }), { columns: 3 })
  t.strictSame(layOutTraversal(outline, { labels: false, withInput: true }), { columns: 4 })
})

t.test('maps of influence: side by side up to 8, below each other beyond', async t => {
  t.strictSame(layOutInfluence(labelled, { labels: true }), { columns: 2, gap: 8, columnLabels: ['ball', 'p2'] })
  t.strictSame(layOutInfluence(labelled, { labels: false }), { columns: 2, gap: 8 })
  t.equal(layOutInfluence(cardOf(8), { labels: true }).columns, 8)
  const many = layOutInfluence(cardOf(9), { labels: true })
  t.equal(many.columns, 1)
  t.equal(many.rowLabels?.length, 9)
  t.equal(many.columnLabels, undefined)
})

t.test('mixtures: A, B, and what each takes', async t => {
  t.strictSame(layOutMix(labelled, [['p1'], ['p2', 'p1']], { labels: true }), {
    columns: 4,
    columnLabels: ['A', 'B', 'ball', 'p2, ball'],
  })
  t.strictSame(layOutMix(labelled, [['p1']], { labels: false }), { columns: 3 })
})
