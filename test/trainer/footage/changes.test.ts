import t from 'tap'
import { findChanges } from '../../../trainer/footage/changes.js'
import { analyseFootage } from '../../../trainer/footage/analyse.js'
import { squares } from './footage.js'
import { block, lamp, movingFrames, toAndFro } from './moving.js'

const pause = () => undefined
const walker = { blocks: [block(8, 6, [220, 40, 40])], corner: (n: number) => [20, toAndFro(2, 30)(n)] as const }

t.test('a lamp that switches is one change, of its own pixels and by as much as it differs', async t => {
  const isOn = (n: number) => n % 90 >= 60
  const { dataset } = movingFrames({ things: [lamp(isOn), walker] })
  const { changes, things } = await analyseFootage(dataset, { seed: 0 })
  t.equal(things.length, 1)
  t.equal(changes.length, 1)
  const [change] = changes as [Float32Array]
  const [row, column] = [4, 18]
  const inside = new Set<number>()
  for (let i = row; i < row + 4; i++) for (let j = column; j < column + 4; j++) inside.add(i * 40 + j)
  const changed = Array.from({ length: 1600 }, (_, p) => p).filter(p => Math.abs(change[3 * p]!) > 0.01)
  t.strictSame(new Set(changed), inside, 'its pixels')
  const sizes = changed.map(p => Math.abs(change[3 * p]!))
  t.ok(sizes.every(size => Math.abs(size - 190 / 255) < 0.01), 'from 60 to 250 in red', { sizes })
})

t.test('what switches by itself is a change of its own', async t => {
  const { dataset } = movingFrames({
    things: [lamp(n => n % 90 >= 60), lamp(n => n % 70 >= 35, [4, 30]), walker],
  })
  const { changes } = await analyseFootage(dataset, { seed: 0 })
  t.equal(changes.length, 2)
  const energies = changes.map(change => change.reduce((sum, value) => sum + value * value, 0))
  t.ok(energies.every(energy => energy > 1), 'neither is a scrap', { energies })
})

t.test('states of the scene are changes, also in frames without order', async t => {
  const { changes, scene } = await analyseFootage(squares({ state: n => n % 2 }).dataset, { seed: 0 })
  t.equal(scene.stills.length, 2)
  t.equal(changes.length, 1)
  const [change] = changes as [Float32Array]
  const means = [0, 1].map(half => {
    const rows = change.subarray(half * 8 * 32 * 3, (half + 1) * 8 * 32 * 3)
    return rows.reduce((sum, value) => sum + Math.abs(value), 0) / (8 * 32)
  })
  t.ok(Math.abs(means[0]! - 60 / 255) < 0.02, 'the upper rows, by 60', { means })
  t.ok(means[1]! < 0.01, 'and no others', { means })
})

t.test('where nothing changes there are none', async t => {
  const { dataset, frames } = movingFrames({ things: [walker] })
  const { changes, scene } = await analyseFootage(dataset, { seed: 0 })
  t.strictSame(changes, [])
  t.strictSame(await findChanges(frames, { scene, states: [], threshold: 0.04 }, pause), [])
})

t.test('where something hides the scene, the rest of it says what state it is in', async t => {
  const shape = { height: 16, width: 16, channels: 1 }
  const stills = [new Uint8Array(256).fill(80), new Uint8Array(256).fill(160)] as const
  // What hides the left half half of the time comes and goes independently of the state.
  const count = 120
  const bytes = new Uint8Array(count * 256)
  for (let n = 0; n < count; n++) {
    const isHidden = n % 3 === 0 || n % 7 === 2
    for (let p = 0; p < 256; p++) bytes[n * 256 + p] = isHidden && p % 16 < 8 ? 240 : stills[n % 2]![0]!
  }
  const frames = { shape, count, bytes, indices: Uint32Array.from({ length: count }, (_, n) => n) }
  const scene = { shape, stills, gain: false }
  const changes = await findChanges(frames, { scene, states: [], threshold: 0.04 }, pause)
  t.equal(changes.length, 1, 'one change of the whole scene')
  const [least, most] = [Math.min(...changes[0]!.map(Math.abs)), Math.max(...changes[0]!.map(Math.abs))]
  t.ok(most - least < 1e-4, 'the same everywhere', { least, most })
})
