import t from 'tap'
import { readArrayContent } from '../../../../trainer/data/arrays/array-content.js'
import type { ArrayContent } from '../../../../trainer/data/arrays/content.js'
import { npyMember } from '../../../../trainer/data/arrays/npy.js'

/** A file of images of 1 × 2 pixels, and other members: numbers as doubles, texts as nine bytes each. */
async function read (
  others: Record<string, { shape: number[], values: readonly number[] | readonly string[] }>, labels?: string,
  count = 4
): Promise<ArrayContent> {
  const images = { shape: [count, 1, 2], values: Array.from({ length: 2 * count }, (_, i) => i % 3 % 2) }
  const members = Object.entries({ image: images, ...others }).map(([name, { shape, values }]) => {
    const isText = typeof values[0] === 'string'
    const bytes = isText
      ? Buffer.concat(values.map(value => Buffer.alloc(9).fill(String(value).padEnd(9, '\0'))))
      : Buffer.from(Float64Array.from(values, Number).buffer)
    const type = isText ? 'text' as const : 'float64' as const
    const elementBytes = isText ? 9 : 8
    const header = { type, elementBytes, isBigEndian: false, isWide: false, isFortran: false, offset: 0 }
    const piece = async function * (from: number) { yield Buffer.from(bytes.subarray(from)) }
    return [name, npyMember('a.npz', name, { ...header, shape }, piece)] as const
  })
  const file = { members: new Map(members), refused: new Map(), close: async () => {} }
  return await readArrayContent(file, { path: 'a.npz', labels }, undefined)
}

t.test('y is the class where it is one column, and passed over where it has places of objects', async t => {
  for (const shape of [[4], [4, 1]]) {
    const { labels, notes } = await read({ y: { shape, values: [3, 5, 3, 5] } })
    t.strictSame(labels, { labels: Uint8Array.of(0, 1, 0, 1), labelNames: ['3', '5'] }, `shape ${shape.join()}`)
    t.strictSame(notes, [])
  }
  const values = [0, 1, 2, 3, 4, 5, 6, 7]
  for (const shape of [[4, 2], [4, 2, 1]]) {
    const { labels, factors, notes } = await read({ x: { shape, values }, y: { shape, values } })
    t.equal(labels, undefined)
    t.equal(factors, undefined)
    t.strictSame(notes, [
      'Member x of a.npz is not read.',
      `Member y of a.npz is not read: its shape (${shape.join(', ')}) is not a class for each image.`,
    ])
  }
  await t.rejects(read({ y: { shape: [3], values: [1, 2, 3] } }), { code: 'PVAE_DATA_MIXED' }, 'too few rows')
})

t.test('y is read in any shape where it is asked for', async t => {
  const { factors } = await read({ y: { shape: [4, 2], values: [0, 1, 2, 3, 4, 5, 6, 7] } }, 'y')
  t.strictSame(factors?.columns.map(({ name }) => name), ['y_0', 'y_1'])
})

t.test('more than 256 classes are told of, and passed over', async t => {
  const values = Array.from({ length: 300 }, (_, i) => i)
  for (const labels of [values, values.map(value => `class ${value}`)]) {
    const found = await read({ labels: { shape: [300], values: labels } }, undefined, 300)
    t.equal(found.labels, undefined)
    t.strictSame(found.notes, ['Member labels of a.npz is not read: it is not whole numbers or texts of at most 256 ' +
      'classes.'])
  }
})

t.test('texts are classes in the order of the alphabet', async t => {
  const { labels, notes } = await read({ label: { shape: [4], values: ['dog', 'cat', 'ox', 'cat'] } })
  t.strictSame(labels, { labels: Uint8Array.of(1, 0, 2, 0), labelNames: ['cat', 'dog', 'ox'] })
  t.strictSame(notes, [])
  const several = await read({ label: { shape: [4, 2], values: ['a', 'b', 'a', 'c', 'a', 'b', 'a', 'c'] } })
  t.equal(several.labels, undefined)
  t.strictSame(several.notes, ['Member label of a.npz is not read: it has texts of the shape (4, 2).'])
})
