import t from 'tap'
import { dataLines } from '../../../../trainer/cli/terminal/data-lines.js'
import type { JointReason } from '../../../../trainer/run/observer.js'

function setUp (isTTY = false) {
  const written: string[] = []
  const lines = dataLines({ stderr: { isTTY, write: text => written.push(text) }, directory: '/work' })
  return { written, lines }
}

const data = {
  train: { name: 'x/train', count: 96 },
  test: { name: 'x/test', count: 32 },
  shape: { height: 16, width: 12, channels: 1 },
  skipped: [],
  notes: [],
} as const

t.test('what there is, and notes on it', async t => {
  const { lines, written } = setUp()
  lines.onData!({ ...data, notes: ['the splits share 3 images'] })
  t.equal(written.join(''), 'data: x/train 96 images, x/test 32 images, 16×12×1\nnote: the splits share 3 images\n')
})

t.test('skipped files are counted, and the first ten listed', async t => {
  const { lines, written } = setUp()
  const skipped = Array.from({ length: 12 }, (_, i) => ({ path: `${i}.png`, reason: 'no image' }))
  lines.onData!({ ...data, skipped })
  const [, count, first, ...others] = written.join('').trimEnd().split('\n')
  t.equal(count, 'skipped 12 files:')
  t.equal(first, '  0.png: no image')
  t.strictSame(others.slice(-2), ['  9.png: no image', '  and 2 more'])
})

t.test('decoding is shown on a terminal, and goes', async t => {
  const { lines, written } = setUp(true)
  lines.onDecoding!({ done: 3, total: 52, rate: 99.6, skipped: 0 })
  lines.onDecodingEnd!()
  t.strictSame(written, ['\rdecoding images: 3 of 52, 100 a second\x1b[K', '\r\x1b[K'])
  const plain = setUp()
  plain.lines.onDecoding!({ done: 3, total: 52, rate: 99.6, skipped: 0 })
  plain.lines.onDecodingEnd!()
  t.strictSame(plain.written, [], 'a log gets no such line')
})

t.test('why images are modelled by a joint network', async t => {
  const cases: ReadonlyArray<readonly [JointReason, string]> = [
    [
      { code: 'model given' },
      '--set changes its model; preset footage gives each moving thing a partition of its own',
    ],
    [
      { code: 'few images', name: 'x', count: 20, fewest: 32 },
      'expected at least 32 images to see what moves in x but found 20',
    ],
    [
      { code: 'large thing', partition: 'p1', share: 0.554, largestShare: 0.4 },
      'p1 needs 55% of the image (expected at most 40% of what moves before a background)',
    ],
    [{ code: 'no footage', message: 'the camera seems to move' }, 'the camera seems to move'],
  ]
  for (const [reason, words] of cases) {
    const { lines, written } = setUp()
    lines.onArchitecture!({ architecture: 'joint', reason })
    t.equal(written.join(''), `a joint network, as of preset images: ${words}\n`, reason.code)
  }
})

t.test('footage that was asked for is modelled whatever it shows, with a warning', async t => {
  const { lines, written } = setUp()
  lines.onAnalysing!()
  lines.onArchitecture!({ architecture: 'layered', warnings: ['the camera seems to move'] })
  lines.onAnalysisDrawn!('/work/runs/x/objects.png')
  t.equal(
    written.join(''),
    'looking at the frames\nwarning: the camera seems to move\nobjects: runs/x/objects.png\n'
  )
})

t.test('a batch that is no larger than the training split', async t => {
  const { lines, written } = setUp()
  lines.onSmallBatch!({ batchSize: 12, images: 13 })
  t.equal(written.join(''), 'batch size 12: 13 training images\n')
})
