import { readFileSync } from 'node:fs'
import { parseSample } from '@partition-vae/client'
import t from 'tap'
import { chooseRows, judge, takeSample } from '../../../../server/explorer/core/sample.js'
import { histogram, nameUnit } from '../../../../server/explorer/core/units.js'

const read = async (model: string) => {
  const bytes = readFileSync(new URL(`../../../../models/repository/${model}/sample.bin`, import.meta.url))
  const file = parseSample(new Uint8Array(bytes).buffer)
  return takeSample(file, new Uint8Array(await file.sheet.arrayBuffer()))
}
const digits = await read('digits/4')
const game = await read('table-tennis/3')

t.test('the shipped samples are read', async t => {
  t.equal(digits.mean.length, digits.count * 10)
  t.equal(digits.classes?.length, digits.count)
  t.equal(game.factor?.length, game.count * game.factors.length)
  t.equal(String.fromCharCode(...game.sheetBytes.subarray(8, 12)), 'WEBP')
})

t.test('examples: every class in turn, none drawn badly', async t => {
  const rows = chooseRows(digits, 10)
  t.equal(new Set(rows.map(row => digits.classes![row])).size, 10)
  t.equal(new Set(chooseRows(game, 24)).size, 24)
  const usual = digits.squaredError.slice(0, 400).toSorted()[200]!
  t.ok(chooseRows(digits, 400).every(row => digits.squaredError[row]! <= usual), 'none is drawn worse than the median')
})

t.test('an error in words', async t => {
  const ranked = digits.squaredError.toSorted()
  t.equal(judge(ranked[10]!, digits).words, 'Drawn well')
  t.equal(judge(ranked[1000]!, digits).words, 'As usual')
  t.equal(judge(ranked[1800]!, digits).words, 'Drawn poorly')
  t.equal(judge(1, digits).words, 'Unlike what it knows')
})

t.test('units are named by the factor that they follow', async t => {
  t.strictSame([14, 15, 16].map((at, i) => nameUnit(game, at, i)), ['up – down', 'left – right', 'radius'])
  t.equal(nameUnit(digits, 2, 2), 'unit 3')
  const constant = { ...game, factor: new Float32Array(game.factor!.length) }
  t.equal(nameUnit(constant, 14, 0), 'unit 1', 'nothing to follow')
  t.equal(Math.max(...histogram(game, 14, -3, 3)), 1)
})
