import t from 'tap'
import { Value } from '../../../../models/foundation/typebox.js'
import { layOutPartitions } from '@partition-vae/models'
import { counterfactualScore, CounterfactualSchema } from '../../../../trainer/measure/disentanglement/index.js'
import { near, randomTable } from './data.js'

// An image of three pixels: factor a in the first, b in the second, nothing in the third. Units are a and b.
const means = randomTable(50, 2, 1).values
const partitions = layOutPartitions([{ name: 'p', size: 1 }, { name: 'q', size: 1 }])
const render = (a: number, b: number) => [a, b, 0.5]
const at = (index: number, k: number) => means[index * 2 + k]!
const renderSwapped = (group: string, indices: Uint32Array, donors: Uint32Array) =>
  Float32Array.from(
    [...indices].flatMap((index, i) =>
      group === 'A' ? render(at(donors[i]!, 0), at(index, 1)) : render(at(index, 0), at(donors[i]!, 1))
    )
  )
const decodeWith = (encode: (a: number, b: number) => number[]) => (latent: Float32Array) =>
  Float32Array.from(
    Array.from({ length: latent.length / 2 }, (_, n) => encode(latent[n * 2]!, latent[n * 2 + 1]!)).flat()
  )
const options = { means, partitions, groups: ['A', 'B'], renderSwapped, seed: 0, batchSize: 16 }

t.test('a partition that is its group scores 1 there and below 0 elsewhere', async t => {
  const result = await counterfactualScore({ ...options, decode: decodeWith(render) })
  t.ok(Value.Check(CounterfactualSchema, result))
  t.equal(result.images, 50)
  t.same(result.best, { A: 1, B: 1 })
  t.equal(result.meanAssigned, 1)
  t.same(Object.entries(result.assignment).map(([group, { partition }]) => group + partition).sort(), ['Ap', 'Bq'])
  t.ok(result.matrix[0]![1]! < -0.5, 'changing the other object adds its error')
  t.ok(result.matrix[1]![0]! < -0.5, 'changing the other object adds its error')
})

t.test('a decoder that listens to nothing scores 0, one that blurs scores between', async t => {
  const deaf = await counterfactualScore({ ...options, decode: decodeWith(() => render(0.5, 0.5)) })
  t.same(deaf.matrix, [[0, 0], [0, 0]])
  // Decodes half of a's change: the error falls from (a' − a)² towards ((a' − a) / 2)².
  const half = await counterfactualScore({ ...options, decode: decodeWith((a, b) => render(0.25 + a / 2, b)) })
  t.ok(half.best.A! > 0.3, `${half.best.A}`)
  t.ok(half.best.A! < 0.95, `${half.best.A}`)
  t.ok(near(half.best.B!, 0.9, 0.1))
})

t.test('an error that has nothing to do with a swap keeps the score below 1, at what is attainable', async t => {
  const perfect = await counterfactualScore({ ...options, decode: decodeWith(render) })
  t.same(perfect.attainable, { A: 1, B: 1 })
  // The third pixel is off by .3; two uniform numbers differ by 1/6 on average, squared.
  const result = await counterfactualScore({ ...options, decode: decodeWith((a, b) => [a, b, 0.8]) })
  t.ok(near(result.attainable!.A!, result.best.A!, 1e-6), 'a perfect swap attains it', result)
  t.ok(near(result.attainable!.B!, result.best.B!, 1e-6), 'a perfect swap attains it', result)
  t.ok(near(result.attainable!.A!, 1 - 0.09 / (0.09 + 1 / 6), 0.12), 'as far as it should be from 1')
})

t.test('the whole latent in one partition changes too much', async t => {
  const { meanBest, meanAssigned, assignment } = await counterfactualScore({
    ...options,
    partitions: layOutPartitions([{ name: 'all', size: 2 }]),
    decode: decodeWith(render),
  })
  t.ok(meanBest < 0.5)
  t.equal(Object.keys(assignment).length, 1)
  t.ok(meanAssigned <= 1)
})

t.test('a group whose swap shows nowhere scores 0', async t => {
  const { best } = await counterfactualScore({
    ...options,
    groups: ['A'],
    decode: decodeWith(render),
    renderSwapped: (_, indices) =>
      Float32Array.from([...indices].flatMap(index => render(at(index, 0), at(index, 1)))),
  })
  t.same(best, { A: 0 })
})

t.test('each frame takes from another, and each is taken from once, whatever the batches', async t => {
  const donorOf = new Map<number, number>()
  await counterfactualScore({
    ...options,
    groups: ['A'],
    decode: decodeWith(render),
    renderSwapped (group, indices, donors) {
      // What is rendered as it is, is taken from itself.
      if (indices !== donors) indices.forEach((index, i) => donorOf.set(index, donors[i]!))
      return renderSwapped(group, indices, donors)
    },
  })
  t.equal(donorOf.size, 50)
  t.equal(new Set(donorOf.values()).size, 50)
  t.notOk([...donorOf].some(([index, donor]) => index === donor))
})

t.test('bad input is named', async t => {
  const decode = decodeWith(render)
  await t.rejects(counterfactualScore({ ...options, decode, means: means.subarray(0, 2) }), {
    code: 'PVAE_INVALID_PARAMETER',
    message: /at least 2 images/,
  })
  await t.rejects(counterfactualScore({ ...options, decode, groups: [] }), { message: /at least 1 group/ })
  await t.rejects(counterfactualScore({ ...options, decode, renderSwapped: () => new Float32Array(2) }), {
    message: 'expected 48 values for the render with A swapped but received 2',
  })
})
