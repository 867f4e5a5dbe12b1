import t from 'tap'
import { describeClip, describeImageSize } from '../../../../trainer/cli/terminal/describe-image-size.js'

const [usual, chosen] = [{ height: 360, width: 640 }, { height: 40, width: 72 }]
const choice = { usual, chosen, prevalence: 'all', mixed: false, fit: undefined } as const

t.test('images that become smaller, with what that does to their aspect', async t => {
  t.equal(
    describeImageSize(choice),
    'images are 640 × 360: brought to 72 × 40, aspect kept; --height and --width choose others'
  )
  t.match(describeImageSize({ ...choice, chosen: { height: 48, width: 92 } }), /92 × 48, aspect changed by 8%;/)
})

t.test('images whose size was chosen for the smallest thing in them', async t => {
  const small = { ...choice, usual: { height: 240, width: 320 }, chosen: { height: 72, width: 96 } }
  t.equal(
    describeImageSize({ ...small, smallest: { height: 8, width: 10 } }),
    'images are 320 × 240: brought to 96 × 72, aspect kept, so that the smallest thing that moves, 10 × 8 of these ' +
    'pixels, is 3 × 2.4; --height and --width choose others'
  )
  t.match(
    describeImageSize({ ...small, smallest: { height: 4, width: 6 } }),
    /6 × 4 of these pixels, is 1\.8 × 1\.2; more would train for long; --height/
  )
})

t.test('small images that are left as they are', async t => {
  const size = { height: 28, width: 28 }
  t.equal(
    describeImageSize({ ...choice, usual: size, chosen: size }),
    'images are 28 × 28: left as they are; --height and --width choose others'
  )
})

t.test('images of one shape and several sizes: no size is said to be all of theirs', async t => {
  t.match(describeImageSize({ ...choice, prevalence: 'most' }), /^images are mostly 640 × 360: brought to 72 × 40, asp/)
  t.match(describeImageSize({ ...choice, prevalence: 'middle' }), /^images are of many sizes, in the middle about 640 × /)
  t.equal(
    describeImageSize({ ...choice, prevalence: 'most', usual: chosen }),
    'images are mostly 72 × 40: brought to 72 × 40; --height and --width choose others'
  )
})

t.test('images of several shapes, and what happens to them', async t => {
  t.equal(
    describeImageSize({ ...choice, prevalence: 'most', mixed: true }),
    'images have different shapes and are mostly 640 × 360: brought to 72 × 40 (stretched; --set ' +
    'data.fit=contain adds black bars, data.fit=cover crops); --height and --width choose others'
  )
  t.match(describeImageSize({ ...choice, prevalence: 'middle', mixed: true, fit: 'cover' }),
    /different shapes and are of many sizes, in the middle about 640 × 360: brought to 72 × 40 \(fit cover\)/)
})

t.test('frames of a clip', async t => {
  const clip = { name: 'a.mp4', frames: 18_000, rate: 30000 / 1001 }
  t.equal(
    describeClip({ ...clip, taken: { frames: 3600, rate: 6000 / 1001 } }),
    'a.mp4: about 18000 frames, 29.97 a second: about 3600 are taken, 5.99 a second; --fps chooses another rate'
  )
  t.match(describeClip({ ...clip, taken: clip }), /29\.97 a second: all are taken;/)
})
