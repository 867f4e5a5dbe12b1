/**
 * Every preset, on small images and with all of its stages in few steps, trains to the same losses on every engine that
 * runs everywhere; `npm run bench:parity` does it at full size, over 200 steps, and on devices and TensorFlow where
 * they are. Two correct engines part where a number rounds to the other side of a threshold, and training multiplies
 * what parts them: so the first steps are held to rounding errors, all to 1%.
 */
import t from 'tap'
import { presets } from '../../../trainer/config/presets.js'
import { differences, lossesOf, shortened } from '../../helpers/preset-losses.js'

const [FIRST, EXACT] = [6, 1e-5]
/** Slots choose colours and angles by steep functions of the image, which enlarge rounding errors. */
const EXACT_OF_SLOTS = 2e-4
const [STEPS, LOOSE] = [30, 1e-2]
/**
 * TensorFlow.js's own cpu backend takes a second an image of the slowest preset; pairs need an even number, and a
 * covariance more images than units.
 */
const [REFERENCE_STEPS, REFERENCE_BATCH, COVARIANCE_BATCH] = [2, 6, 12]

/** Presets that were trained, by what is trained of them. */
const trained = new Map<string, string>()

for (const { name, config } of presets) {
  t.test(name, async t => {
    const preset = await shortened(name, { steps: STEPS, batchSize: 16, small: true })
    const { name: _, ...whole } = preset.config
    const key = JSON.stringify([whole, preset.train.fingerprint])
    const same = trained.get(key)
    if (same !== undefined) {
      t.pass(`${name} trains what ${same} does, on the same images`)
      return
    }
    trained.set(key, name)
    const { losses: plain } = await lossesOf(preset, { lowering: 'plain', threads: 1 })
    t.equal(plain.length, STEPS)
    const isSlots = preset.config.model.architecture === 'slots'
    // Slots draw nothing at first, and for some steps worse than nothing.
    const start = isSlots ? Math.max(...plain.slice(0, FIRST)) : plain[0]!
    t.ok(Math.min(...plain.slice(STEPS / 2)) < start, 'it trains')
    const { losses: auto, description } = await lossesOf(preset, { lowering: 'auto', threads: 1 })
    const apart = differences(auto, plain)
    t.ok(Math.max(...apart.slice(0, FIRST)) <= EXACT, `${description}: ${Math.max(...apart.slice(0, FIRST))} at first`)
    t.ok(Math.max(...apart) <= LOOSE, `${description}: ${Math.max(...apart)} in all`)

    const hasCovariance =
      (config.objective as { totalCorrelation?: object } | undefined)?.totalCorrelation !== undefined
    const batchSize = hasCovariance ? COVARIANCE_BATCH : REFERENCE_BATCH
    const narrow = await shortened(name, { steps: REFERENCE_STEPS, batchSize, small: true, narrow: true })
    const [{ losses: compiled }, { losses: eager }] = [
      await lossesOf(narrow, { threads: 1 }),
      await lossesOf(narrow, { kind: 'eager', backend: 'cpu' }),
    ]
    const exact = isSlots ? EXACT_OF_SLOTS : EXACT
    t.ok(Math.max(...differences(eager, compiled)) <= exact, `eager: ${Math.max(...differences(eager, compiled))}`)
  })
}
