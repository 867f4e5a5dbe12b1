/**
 * Every preset, in a small likeness with all of its stages, trains to the same losses on every engine that runs here. Two correct engines part where a
 * number rounds to the other side of a threshold, and training multiplies what parts them: so the first steps are held to rounding errors, all to 1%.
 */
import t from 'tap'
import { presets } from '../../../trainer/config/presets.js'
import { differences, lossesOf, shortened } from '../../helpers/preset-losses.js'

const STEPS = 200
const BATCH = 12
const [EXACT_STEPS, EXACT, LOOSE] = [10, 1e-5, 1e-2]

for (const { name } of presets) {
  t.test(name, async t => {
    const preset = await shortened(name, { steps: STEPS, batchSize: BATCH, small: true })
    const { losses: plain } = await lossesOf(preset, { lowering: 'plain', threads: 1 })
    t.equal(plain.length, STEPS)
    t.ok(plain.at(-1)! < plain[0]!, 'it trains')
    const { losses: auto, description } = await lossesOf(preset, { lowering: 'auto', threads: 1 })
    const apart = differences(auto, plain)
    t.ok(Math.max(...apart.slice(0, EXACT_STEPS)) <= EXACT, `${description}: ${Math.max(...apart.slice(0, EXACT_STEPS))} at first`)
    t.ok(Math.max(...apart) <= LOOSE, `${description}: ${Math.max(...apart)} in all`)

    const first = await shortened(name, { steps: EXACT_STEPS, batchSize: BATCH, small: true })
    const [{ losses: compiled }, { losses: eager }] = [await lossesOf(first, { threads: 1 }), await lossesOf(first, { kind: 'eager', backend: 'cpu' })]
    t.ok(Math.max(...differences(eager, compiled)) <= EXACT, `eager: ${Math.max(...differences(eager, compiled))}`)
  })
}
