import t from 'tap'
import { fitLinked, readLink, writeLink, type Linked } from '../../../../server/explorer/core/link.js'

const mean = [0.5, -1.25, 3]

t.test('what is written is read', async t => {
  const linked: Linked = {
    model: 'table-tennis',
    version: 2,
    scene: { latent: [0.5, 2, 3], origin: { kind: 'sample', index: 7, mean }, hidden: ['p1', 'p3'], solo: 'p2' },
    open: 'p4',
    view: 'traverse',
    detail: 'scale',
  }
  t.strictSame(readLink(`#${writeLink(linked)}`), linked)
  const plain: Linked = {
    model: 'm',
    version: 1,
    scene: { latent: mean, origin: { kind: 'mean', mean }, hidden: [], solo: undefined },
    open: undefined,
    view: undefined,
    detail: undefined,
  }
  t.strictSame(readLink(writeLink(plain)), plain)
  t.notOk(new URLSearchParams(writeLink(plain)).has('b'), 'what is as it was is written once')
})

t.test('anything else is not a link', async t => {
  for (const fragment of [
    '', '#m=a', 'm=a&v=1', 'm=a&v=0&z=AAAAAA', 'm=a&v=x&z=AAAAAA', 'm=a&v=1&z=AAA', 'm=a&v=1&z=AAAAA', 'm=a&v=1&z=*',
    'm=a&v=1&z=AADAfw', 'm=a&v=1&z=AAAAAA&b=AAAAAAAAAAA',
  ]) t.equal(readLink(fragment), undefined, fragment)
})

t.test('what a model does not have is left out of a link', async t => {
  const linked: Linked = {
    model: 'm',
    version: 1,
    scene: { latent: mean, origin: { kind: 'sample', index: 1, mean }, hidden: ['p1', 'x'], solo: 'y' },
    open: 'z',
  }
  const fitted = fitLinked(linked, ['p1'], { mean: Float32Array.of(0, 0, 0, ...mean) })
  t.strictSame([fitted.open, fitted.scene.hidden, fitted.scene.solo], [undefined, ['p1'], undefined])
  t.equal(fitted.scene.origin.index, 1, 'the image is the one that it was')
  const whole = { ...linked, open: 'p1' }
  t.equal(fitLinked(whole, ['p1'], undefined).open, 'p1')
  for (const [why, sample] of [['no sample', undefined], ['too few', new Float32Array(3)],
    ['another image', new Float32Array(6)]] as const) {
    const { origin } = fitLinked(linked, ['p1'], sample && { mean: sample }).scene
    t.strictSame(origin, { kind: 'mean', mean }, why)
  }
})
