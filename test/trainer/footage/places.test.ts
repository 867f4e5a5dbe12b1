import t from 'tap'
import { packPlaces, unpackPlaces } from '../../../trainer/footage/places.js'

const box = (row: number, column: number) => ({ top: row - 2, bottom: row + 2, left: column - 1, right: column + 1 })

t.test('places come back to a thirty-second of a pixel, unknown ones as NaN', async t => {
  const things = [
    { boxes: [box(3.25, 7.5), undefined, box(-1.5, 900.03125)] },
    { boxes: [undefined, box(0, 0), box(10, 20)] },
  ]
  const { indices, places } = unpackPlaces(packPlaces(Uint32Array.of(2, 7, 70000), things), 'field', 2)
  t.strictSame([...indices], [2, 7, 70000])
  t.strictSame([...places], [3.25, 7.5, NaN, NaN, NaN, NaN, 0, 0, -1.5, 900.03125, 10, 20])
})

t.test('what is no packed places is refused, with its field', async t => {
  const packed = packPlaces(Uint32Array.of(0), [{ boxes: [box(1, 1)] }])
  for (const [text, things] of [['eJw=', 1], ['?', 1], [packed, 2]] as const) {
    t.throws(() => unpackPlaces(text, 'objective.keyPoints.tracks.places', things), {
      code: 'PVAE_CONFIG_INVALID',
      message: /deflated places of \d things in Base64 for objective.keyPoints.tracks.places/,
    })
  }
})
