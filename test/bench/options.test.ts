import t from 'tap'
import { choose, describeBenchmark, readOptions } from './options.js'

const benchmark = {
  name: 'bench:a',
  about: 'Measures.',
  options: {
    steps: { help: 'of training', default: 200, smoke: 2 },
    sizes: { help: 'of images', default: [1, 8] },
    names: { help: 'of cases', default: ['x', 'y'], smoke: ['x'] },
    small: { help: 'images', default: false, smoke: true },
    folder: { help: 'to keep', default: undefined },
  },
}

t.test('options have defaults, in a smoke run others, and flags above both', async t => {
  const whole = { steps: 200, sizes: [1, 8], names: ['x', 'y'], small: false, folder: undefined, smoke: false }
  t.strictSame(readOptions(benchmark, []), whole)
  const smoke = { ...whole, steps: 2, names: ['x'], small: true, smoke: true }
  t.strictSame(readOptions(benchmark, ['--smoke']), smoke)
  t.strictSame(
    readOptions(benchmark, ['--steps', '7', '--smoke', '--no-small', '--sizes=2,3', '--names', 'y', '--folder', 'f']),
    { ...smoke, steps: 7, small: false, sizes: [2, 3], names: ['y'], folder: 'f' })
})

t.test('what no option is, or no number, is refused', async t => {
  t.throws(() => readOptions(benchmark, ['--stepz', '3']), /stepz/)
  t.throws(() => readOptions(benchmark, ['--steps', 'many']), {
    message: 'expected a number of at least 0 for --steps but received many',
  })
  t.throws(() => readOptions(benchmark, ['--sizes', '1,']), /for --sizes but received $/)
  t.equal(choose('names', 'x', { x: 1 }), 1)
  t.throws(() => choose('names', 'z', { x: 1, y: 2 }), { message: 'expected some of x,y for --names but received z' })
  t.throws(() => choose('names', 'constructor', {}), /received constructor/)
})

t.test('help names every option with both defaults', async t => {
  const help = describeBenchmark(benchmark)
  t.match(help, /^npm run bench:a -- \[options\]\nMeasures\./)
  t.match(help, /--steps {3}of training \(default 200; smoke 2\)/)
  t.match(help, /--names {3}of cases \(default x,y; smoke x\)/)
  t.match(help, /--folder {2}to keep\n/)
  t.match(help, /--smoke {3}tiny inputs/)
})
