import t from 'tap'
import { canonicalJson, differences, sha256 } from '../../../trainer/fit/comparison.js'

t.test('equal values have one text, whatever the order of their keys', async t => {
  t.equal(canonicalJson({ b: [{ d: 1, c: null }], a: 'x' }), '{"a":"x","b":[{"c":null,"d":1}]}')
  t.equal(canonicalJson({ a: 'x', b: [{ c: null, d: 1 }] }), canonicalJson({ b: [{ d: 1, c: null }], a: 'x' }))
  t.equal(sha256('abc'), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad', 'the vector of FIPS 180-2')
})

t.test('differences name each leaf', async t => {
  t.strictSame(differences({ a: 1, b: [1, { c: 2 }] }, { b: [1, { c: 2 }], a: 1 }), [])
  t.strictSame(differences({ a: 1, b: [1, { c: 2 }], gone: 0 }, { a: 2, b: [1, { c: 3 }, 4] }), [
    { path: 'a', before: 1, now: 2 },
    { path: 'b.1.c', before: 2, now: 3 },
    { path: 'b.2', before: undefined, now: 4 },
    { path: 'gone', before: 0, now: undefined },
  ])
  t.strictSame(differences({ a: [] }, { a: {} }), [{ path: 'a', before: [], now: {} }])
  t.strictSame(differences({ a: null }, { a: { b: 1 } }), [{ path: 'a', before: null, now: { b: 1 } }])
})
