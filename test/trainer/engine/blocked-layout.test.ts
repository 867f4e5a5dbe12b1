import t from 'tap'
import { blockedLayout, compileProof, examine, proofInputs } from '../../../trainer/engine/blocked-layout.js'

const float = (value: number) => Buffer.from(Float32Array.of(value).buffer)

t.test('this machine is examined once, and what is found is proven', async t => {
  t.equal(blockedLayout(), blockedLayout())
  const layout = await blockedLayout()
  t.match(layout, { blockSize: Number })
  t.strictSame(await examine(), layout)
})

t.test('what does not work is not used, and the reason is told', async t => {
  t.strictSame(await examine(compileProof, async () => 7), {
    reason: 'blocks of 7 channels, for which nothing is known to work',
  })
  t.match(
    await examine(compileProof, async () => {
      throw new Error('no such operator\nat a place')
    }),
    { reason: 'no such operator' }
  )
  const forOtherBlocks: typeof compileProof = (inputs, blockSize) =>
    compileProof(inputs, blockSize === undefined ? undefined : blockSize * 2)
  t.match(await examine(forOtherBlocks), { reason: /NchwcConv/ })
  const withOtherSlope: typeof compileProof = (inputs, blockSize) => {
    const model = Buffer.from(compileProof(inputs, blockSize))
    if (blockSize !== undefined) {
      for (let at = model.indexOf(float(0.1)); at !== -1; at = model.indexOf(float(0.1))) float(0.2).copy(model, at)
    }
    return model
  }
  t.match(await examine(withOtherSlope), { reason: /differs from its plain form by/ })
})

t.test('the proof uses every operator of the blocked domain that lowering can emit', async t => {
  const model = Buffer.from(compileProof(proofInputs(8), 8)).toString('latin1')
  for (const operator of ['ReorderInput', 'ReorderOutput', 'Conv', 'MaxPool', 'AveragePool', 'Upsample']) {
    t.ok(model.includes(operator), operator)
  }
})
