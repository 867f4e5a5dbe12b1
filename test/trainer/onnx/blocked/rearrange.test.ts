import t from 'tap'
import { createRuntimeSession } from '../../../../trainer/engine/runtime.js'
import { rearrange, rearrangePieces } from '../../../../trainer/onnx/blocked/rearrange.js'
import { GraphWriter } from '../../../../trainer/onnx/writer.js'

async function arranged (
  axes: Record<string, number>,
  order: string,
  shape: number[],
  move = rearrange
): Promise<{ values: number[]; operators: string[] }> {
  const count = Object.values(axes).reduce((product, size) => product * size, 1)
  const writer = new GraphWriter()
  writer.inputs.push({ name: 'x', dtype: 'float32', dims: [count] })
  writer.output({ name: 'y', dtype: 'float32', dims: shape }, move(writer, 'x', axes, order, shape))
  const session = await createRuntimeSession(writer.finish({ graphName: 'test', producerVersion: '0' }), {
    threads: 1,
  })
  const { y } = await session.run({
    x: { shape: [count], values: Float32Array.from({ length: count }, (_, i) => i) },
  })
  await session.release()
  t.strictSame(y!.shape, shape)
  return { values: [...y!.values], operators: writer.nodes.map(({ operator }) => operator) }
}

t.test('axes move, together where they stay together', async t => {
  const { values, operators } = await arranged({ n: 2, h: 3, w: 1, c: 2 }, 'n c h w', [2, 2, 3])
  t.strictSame(values, [0, 2, 4, 1, 3, 5, 6, 8, 10, 7, 9, 11])
  t.strictSame(operators, ['Reshape', 'Transpose', 'Reshape', 'Identity'])
  t.strictSame((await arranged({ a: 2, b: 2, c: 2 }, 'b c a', [4, 2])).values, [0, 4, 1, 5, 2, 6, 3, 7])
})

t.test('moving axes of size 1, or none, moves no data', async t => {
  t.strictSame((await arranged({ n: 1, h: 3, c: 2 }, 'h n c', [3, 2])).operators, ['Reshape', 'Identity'])
  t.strictSame((await arranged({ h: 3, c: 2 }, 'h c', [6])).values, [0, 1, 2, 3, 4, 5])
})

t.test('where much is moved, pieces are moved by a list, to the same places', async t => {
  const axes = { n: 2, m: 16, o: 3, p: 50, c: 16 }
  const shape = [48, 32, 5, 10]
  const expected = await arranged(axes, 'o n p m c', shape)
  const found = await arranged(axes, 'o n p m c', shape, rearrangePieces)
  t.strictSame(found.values, expected.values)
  t.strictSame(found.operators, ['Reshape', 'Gather', 'Reshape', 'Identity'])
  const few = { ...axes, p: 2 }
  t.match((await arranged(few, 'o n p m c', [48, 32, 2], rearrangePieces)).operators, ['Reshape', 'Transpose'])
  const large = { n: 4, i: 2, p: 10_000 }
  t.strictSame(
    await arranged(large, 'i n p', [8, 10_000], rearrangePieces),
    { ...await arranged(large, 'i n p', [8, 10_000]), operators: ['Reshape', 'Gather', 'Reshape', 'Identity'] },
    'and few large ones'
  )
  t.strictSame(
    (await arranged({ n: 1, m: 100, p: 50, c: 16 }, 'm n p c', [5000, 16], rearrangePieces)).operators,
    ['Reshape', 'Identity']
  )
})

t.test('the same list is written once', t => {
  const writer = new GraphWriter()
  const axes = { m: 16, p: 300, c: 16 }
  rearrangePieces(writer, 'a', axes, 'p m c', [4800, 16])
  rearrangePieces(writer, 'b', axes, 'p m c', [4800, 16])
  t.equal(writer.constants.filter(({ dtype }) => dtype === 'int32').length, 1)
  rearrangePieces(writer, 'a', { ...axes, m: 300, p: 16 }, 'p m c', [4800, 16])
  t.equal(writer.constants.filter(({ dtype }) => dtype === 'int32').length, 2, 'another one of as many pieces')
  t.end()
})
