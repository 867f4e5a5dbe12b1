import t from 'tap'
import sharp from 'sharp'
import { rampColour } from '@partition-vae/models'
import { drawMatrix } from '../../../trainer/report/matrix-map.js'
import { rasterise } from '../../../trainer/report/svg.js'

t.test('a cell a value, coloured by it, with its number; marked cells are framed', async t => {
  const svg = drawMatrix({
    rows: ['p1', '<p2>'],
    columns: ['ball', 'table', 'light'],
    values: [
      [0.25, 1.5, -0.5],
      [0, 0.756, 1],
    ],
    marked: { table: 'p1', light: '<p2>' },
  })
  t.match(svg, /^<svg [^>]*viewBox="0 0 \d+ \d+"/)
  t.notMatch(svg, /<p2>|NaN|undefined/)
  t.equal([...svg.matchAll(/<rect [^>]*fill="rgb/g)].length, 6)
  t.equal([...svg.matchAll(/fill="none" stroke="#dd7f28"/g)].length, 2)
  const texts = [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(match => match[1]!)
  for (const text of ['.25', '1.50', '-.50', '0.00', '.76', '1.00', 'p1', 'ball', 'table', 'light']) {
    t.ok(texts.includes(text.replace('0.00', '.00')), text)
  }
  t.match(svg, `rgb(${rampColour(0.25).join()})`)
  t.equal(svg.split(`rgb(${rampColour(1).join()})`).length - 1, 2, 'values beyond 1 have the colour of 1')
  const { width, height } = await sharp(await rasterise(svg)).metadata()
  t.ok(width! > 300)
  t.ok(height! > 100)
})
