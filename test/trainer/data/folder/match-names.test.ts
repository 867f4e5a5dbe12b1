import t from 'tap'
import { createNameMatcher } from '../../../../trainer/data/folder/match-names.js'

const [nfc, nfd] = ['caf\u00e9.png', 'cafe\u0301.png']

t.test('an exact name comes first, also where it looks like another form', async t => {
  const { find } = createNameMatcher([nfc, nfd, 'a\\b.png', 'a/b.png', ' c.png', 'c.png'], [])
  for (const name of [nfc, nfd, 'a\\b.png', 'a/b.png', ' c.png', 'c.png']) t.equal(find(name), name)
})

t.test('the other Unicode form, slashes, dots, spaces and absolute paths', async t => {
  const { find } = createNameMatcher([nfd, 'a/b.png', 'd.PNG'], ['/data/frames', '/link'])
  t.equal(find(nfc), nfd)
  t.equal(find('a\\b.png'), 'a/b.png')
  t.equal(find('.\\a\\b.png '), 'a/b.png')
  t.equal(find('./a//b.png'), 'a/b.png')
  t.equal(find('/data/frames/a/b.png'), 'a/b.png')
  t.equal(find(`/link/${nfc}`), nfd)
  for (const name of ['d.png', 'b.png', '/elsewhere/a/b.png', '../frames/a/b.png', '/data/frames2/a/b.png', '']) {
    t.equal(find(name), undefined, name)
  }
})

t.test('why a name stands for no file', async t => {
  const { find, explain } = createNameMatcher([nfc, nfd, 'a/b.png', 'd.PNG'], ['/data'])
  t.equal(find('x'), undefined)
  t.equal(explain('x'), '')
  t.equal(explain('d.png'), ' (there is d.PNG: upper and lower case count)')
  t.equal(explain('b.jpg'), ' (there is a/b.png: folder and ending belong to the name)')
  t.equal(explain('/elsewhere/b.png'), ' (an absolute path; expected one relative to the folder of the images)')
  t.equal(explain('C:\\frames\\b.png'), ' (an absolute path; expected one relative to the folder of the images)')
  const twice = createNameMatcher(['\u1eb9\u0301.png', 'e\u0323\u0301.png'], [])
  t.equal(twice.find('\u00e9\u0323.png'), undefined, 'either could be meant')
  t.match(
    twice.explain('\u00e9\u0323.png'),
    / \(2 files have this name in different Unicode forms, .* and .*: rename all but one\)$/
  )
})
