import t from 'tap'
import { parseCsv } from '../../../../trainer/data/csv.js'
import { readKinds } from '../../../../trainer/data/folder/factor-header.js'

const refuse = (message: string) => new Error(message)
const read = (text: string) => readKinds(parseCsv(text, 'factors.csv'), 0, refuse)

t.test('kinds are read from the header and taken out of it', async t => {
  const { header, kinds } = read(
    'filename,shape:categorical,size: ordinal,pose/angle:circular(360 by shape 0=4 1=2),hue:circular(2pi),x:real,y\n' +
      'a.png,0,1,90,1,2,3\n'
  )
  t.strictSame(header, ['filename', 'shape', 'size', 'pose/angle', 'hue', 'x', 'y'])
  t.strictSame(kinds, [
    { kind: 'categorical' },
    { kind: 'ordinal' },
    { kind: 'circular', period: 360, symmetry: { factor: 'shape', folds: { 0: 4, 1: 2 } } },
    { kind: 'circular', period: 2 * Math.PI },
    { kind: 'real' },
    { kind: 'real' },
  ])
})

t.test('without kinds a header means what it always did', async t => {
  const { header, kinds } = read('filename,a:b,time 12:30\na.png,1,2\n')
  t.strictSame(header, ['filename', 'a:b', 'time 12:30'])
  t.equal(kinds, undefined)
})

t.test('words of categories are numbered in the order of the alphabet', async t => {
  const { rows, kinds } = read('filename,shape:categorical\na.png,square\nb.png,heart\nc.png, square \nd.png,\n')
  t.strictSame(kinds, [{ kind: 'categorical', names: ['heart', 'square'] }])
  t.strictSame(rows.map(({ cells }) => cells[1]), ['1', '0', '1', ''], 'an empty cell stays empty: it is refused later')
})

t.test('a symmetry may depend on words', async t => {
  const header = 'filename,angle:circular(360 by shape square=4 ellipse=2 0=3),shape:categorical'
  const { kinds } = read(`${header}\na.png,0,square\nb.png,1,ellipse\nc.png,1,arrow\n`)
  const folds = { 0: 3, 1: 2, 2: 4 }
  t.strictSame(kinds![0], { kind: 'circular', period: 360, symmetry: { factor: 'shape', folds } })
  t.throws(() => read(`${header}\na.png,0,square\nb.png,1,arrow\n`),
    /expected a number, arrow, square for a value of shape in the symmetry of angle but found ellipse/)
})

t.test('kinds that are not well written are refused', async t => {
  const cases = [
    ['angle:circular', /expected a period, as in circular\(360\) or circular\(2pi\), for the kind of angle but found/],
    ['angle:circular(0)', /expected a period/],
    ['angle:circular(-90)', /expected a period/],
    ['angle:circular(360 by)', /expected a period/],
    ['shape:categorical(3)', /expected categorical without brackets for the kind of shape/],
    ['angle:circular(360 by shape 0=4)', /expected one of angle for what the symmetry of angle depends on but found sh/],
    ['angle:circular(360 by x star=5),x', /expected a number for a value of x in the symmetry of angle but found star/],
    ['x,x:real', /two named "x"/],
  ] as const
  for (const [column, message] of cases) {
    const cells = column.split(',').map(() => '1').join()
    t.throws(() => read(`filename,${column}\na.png,${cells}\n`), message, column)
  }
})
