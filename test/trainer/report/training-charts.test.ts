import t, { type Test } from 'tap'
import sharp from 'sharp'
import { layOutPartitions, rampColour, type Partition } from '@partition-vae/models'
import { PALETTE } from '../../../trainer/report/draw-chart.js'
import { colourOf, drawKlByUnit, drawLossCurves } from '../../../trainer/report/training-charts.js'
import { drawCorrelation } from '../../../trainer/report/correlation-map.js'
import { escapeMarkup, rasterise } from '../../../trainer/report/svg.js'
import type { EpochRecord } from '../../../trainer/fit/record.js'

const partitions: Partition[] = layOutPartitions([{ name: 'shape', size: 2 }, { name: 'style', size: 1 }])
const named: Partition[] = [{ ...partitions[0]!, label: '<b>&"' }, partitions[1]!]
const averages = (loss: number) => ({
  loss,
  reconstruction: loss - 3,
  kl: 3,
  klByPartition: { shape: 2, style: 1 },
  mse: 0.01,
})
const records: EpochRecord[] = [1, 2, 3].map(epoch => ({
  epoch,
  step: epoch * 100,
  train: averages(200 / epoch),
  test: averages(210 / epoch),
  beta: epoch / 3,
  learningRate: 1e-3 / epoch,
  imagesPerSecond: 900,
}))
const trainOnly = (record: EpochRecord): EpochRecord => {
  const { test, ...rest } = record
  return rest
}
const textsOf = (svg: string) => [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(match => match[1]!)

function checkMarkup (t: Test, svg: string) {
  t.match(svg, /^<svg [^>]*viewBox="0 0 \d+ \d+"/)
  t.notMatch(svg, /<script|<style|javascript:|href=/)
  t.notMatch(svg, /NaN|undefined|Infinity/)
}

t.test('loss curves: four panels, both splits, every partition', async t => {
  const svg = drawLossCurves(records, named)
  checkMarkup(t, svg)
  const texts = textsOf(svg)
  for (const text of [
    'Loss',
    'Reconstruction',
    'KL by partition (test)',
    'Schedules',
    'train',
    'test',
    'total',
    'style',
    'β',
    'learning rate (right)',
    'epoch',
  ]) {
    t.ok(texts.includes(text), text)
  }
  t.notMatch(svg, '<b>', 'labels are escaped')
  t.match(svg, 'id="loss-c0"')
  t.equal(drawLossCurves(records, named), svg, 'the same at every call')
  const { width, height } = await sharp(await rasterise(svg)).metadata()
  t.same([width, height], [1800, 1200])
})

t.test('loss curves of a run without a test split, of one epoch, of an interrupted test', async t => {
  const single = drawLossCurves(records.slice(0, 1).map(trainOnly), partitions)
  checkMarkup(t, single)
  t.ok(textsOf(single).includes('KL by partition (train)'))
  t.notOk(textsOf(single).includes('test'))
  checkMarkup(t, drawLossCurves([records[0]!, trainOnly(records[1]!), records[2]!], partitions))
  t.throws(() => drawLossCurves([], partitions), {
    code: 'PVAE_INVALID_PARAMETER', message: 'expected at least 1 epoch record to draw loss curves but received none',
  })
})

t.test('KL by unit: a bar a unit in its partition\'s colour, lengths in proportion', async t => {
  const svg = drawKlByUnit([2, 0.5, 1], { partitions: named })
  checkMarkup(t, svg)
  t.ok(['2.00', '0.50', '1.00', 'style[0]'].every(text => textsOf(svg).includes(text)))
  const bars = [...svg.matchAll(/<path d="M([\d.]+) [\d.]+L([\d.]+) [^"]*" fill="(#[0-9a-f]{6})"/g)].map(
    ([, x0, x1, fill]) => ({ length: Number(x1) - Number(x0), fill })
  )
  t.same(bars.map(({ fill }) => fill), [PALETTE[0], PALETTE[0], PALETTE[1]])
  // The rounded corner of 2 is not part of the straight edge.
  const lengths = bars.map(({ length }) => length + 2)
  t.ok(Math.abs(lengths[0]! / lengths[1]! - 4) < 0.1, lengths.join())
  t.ok(Math.abs(lengths[0]! / lengths[2]! - 2) < 0.05, lengths.join())
  const many = layOutPartitions([{ name: 'a', size: 60 }])
  const thin = drawKlByUnit(new Array<number>(60).fill(1), { partitions: many })
  checkMarkup(t, thin)
  t.notOk(textsOf(thin).includes('1.00'), 'many bars carry no numbers')
})

t.test('correlation: cells are absolute values, partitions are ruled off', async t => {
  const svg = drawCorrelation([[1, -0.5, 0], [-0.5, 1, 0.25], [0, 0.25, 1]], { partitions: named })
  checkMarkup(t, svg)
  t.notMatch(svg, '<b>')
  const cells = [...svg.matchAll(/fill="rgb\((\d+),(\d+),(\d+)\)"><title>([^<]*)</g)]
  t.equal(cells.length, 9)
  t.same(cells[1]!.slice(1, 4).map(Number), rampColour(0.5))
  t.match(cells[1]![4], /\[0\] and .*\[1\]: \.50$/)
  t.equal(svg.match(/<path /g)!.length, 1, 'one rule between two partitions')
  const png = await rasterise(svg)
  t.ok(png.length < 100_000)

  const wide = layOutPartitions([{ name: 'big', size: 40 }, { name: 'small', size: 2 }])
  const correlation = Array.from({ length: 42 }, (_, i) =>
    Array.from({ length: 42 }, (_, j) => (i === j ? 1 : i + j === 41 ? -0.7 : i + j === 81 ? 0.2 : 0))
  )
  const coarse = [...drawCorrelation(correlation, { partitions: wide }).matchAll(/<title>([^<]*)</g)].map(match => match[1])
  t.same(coarse, ['big and big: .70', 'big and small: .70', 'small and big: .70', 'small and small: .20'])
})

t.test('colours repeat after the palette', async t => {
  t.equal(colourOf(1), PALETTE[1])
  t.equal(colourOf(PALETTE.length), PALETTE[0])
})

t.test('text is drawn with the fonts that ship, in ink on white', async t => {
  const svg =
    '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><text x="4" y="15" font-size="14" ' +
      'font-family="No Such Font" fill="currentColor">MW</text></svg>'
  const { data, info } = await sharp(await rasterise(svg, 1)).greyscale().raw().toBuffer({ resolveWithObject: true })
  t.same([info.width, info.height], [40, 20])
  t.equal(data[0], 255)
  t.ok(data.filter(value => value < 80).length > 30, 'letters')
  t.ok(data.every(value => value >= 30), 'no black: ink')
})

t.test('markup is escaped', async t => {
  t.equal(escapeMarkup('<a href="x">\'&'), '&#60;a href=&#34;x&#34;&#62;&#39;&#38;')
})

t.test('a test split that is measured only at the end has no curve of its KL', async t => {
  const rarely = [
    ...Array.from({ length: 4 }, (_, i) => trainOnly({ ...records[0]!, epoch: i + 1 })),
    { ...records[0]!, epoch: 5 },
  ]
  t.match(drawLossCurves(rarely, partitions), 'KL by partition (train)')
  t.match(drawLossCurves(records, partitions), 'KL by partition (test)')
})
