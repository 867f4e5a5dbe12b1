import t from 'tap'
import { cutAtContacts, findComposites } from '../../../../trainer/footage/motion/contacts.js'
import { trackletOf } from '../../../../trainer/footage/motion/tracklets.js'
import { drawTrack } from './tracks.js'

const going = (row: number, speed: number, from = 0) => (n: number) => [row, from + speed * n] as const

t.test('a track ends where another comes into its region', async t => {
  const alone = drawTrack({ from: 0, to: 20, at: going(10, 0.5, 5) })
  const both = drawTrack({ from: 20, to: 30, at: going(10, 0.5, 7), size: [4, 7] })
  const through = trackletOf([...alone.frames, ...both.frames], [...alone.regions, ...both.regions])
  const other = drawTrack({ from: 0, to: 20, at: going(10, -0.5, 28) })
  t.same(cutAtContacts([through, other]).map(({ frames }) => frames.length), [20, 20, 10], 'and what both are begins')
  t.same(cutAtContacts([through]).map(({ frames }) => frames.length), [30], 'not where nothing meets it')
})

t.test('what two that are seen apart for longer become shows both', async t => {
  const first = drawTrack({ from: 0, to: 20, at: going(10, 0, 12) })
  const second = drawTrack({ from: 0, to: 20, at: going(10, 0, 17) })
  const both = drawTrack({ from: 20, to: 26, at: going(10, 0, 14.5), size: [4, 9] })
  t.same([...findComposites([first, second, both], new Set())], [both], 'the region of both')
})

t.test('what falls into pieces for a moment is one', async t => {
  const whole = drawTrack({ from: 0, to: 40, at: going(10, 0, 14.5), size: [4, 9] })
  const pieces = [12, 17].map(column => drawTrack({ from: 40, to: 46, at: going(10, 0, column) }))
  t.same([...findComposites([whole, ...pieces], new Set())], [], 'it is seen whole for longer')
})
