import t from 'tap'
import { readLink, writeLink, type Linked } from '../../../../server/explorer/core/link.js'

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
})

t.test('anything else is not a link', async t => {
  for (const fragment of [
    '', '#m=a', 'm=a&v=1', 'm=a&v=0&z=AAAAAA', 'm=a&v=x&z=AAAAAA', 'm=a&v=1&z=AAA', 'm=a&v=1&z=AAAAA', 'm=a&v=1&z=*',
    'm=a&v=1&z=AADAfw', 'm=a&v=1&z=AAAAAA&b=AAAAAAAAAAA',
  ]) t.equal(readLink(fragment), undefined, fragment)
})
