import t from 'tap'
import { contestantsOf, runsOf } from '../../../../trainer/benchmark/contestants.js'
import { benchmarkLines } from '../../../../trainer/cli/terminal/benchmark-lines.js'
import { resultOf } from '../../benchmark/fixture.js'

const runs = runsOf(contestantsOf({ preset: 'mnist', models: ['mnist', 'beta-vae'], overrides: [] }), 0, 2)

function linesOn (isTTY: boolean, done = new Map([['mnist-seed-0', resultOf('mnist', 0, { mse: 1 })]])) {
  let [stdout, stderr] = ['', '']
  const lines = benchmarkLines({
    stdout: { write: text => { stdout += text } },
    stderr: { isTTY, columns: 200, write: text => { stderr += text } },
    directory: '/here',
    place: '/here/benchmarks/mnist',
    runs,
    done,
  })
  return { lines, stdout: () => stdout, stderr: () => stderr }
}

t.test('a line for each run that is over, with what it cost and what it is worth', async t => {
  const { lines, stdout, stderr } = linesOn(false)
  t.equal(stderr(), 'benchmark: benchmarks/mnist, 1 of 4 runs are done\n')
  lines.onProgress(runs[1]!, 0.5)
  t.notMatch(stderr(), /trained/, 'nothing comes and goes where there is no terminal')
  lines.onResult(resultOf('beta-vae', 0, { mse: 1, segmentation: { fgAri: 0.5, countRight: 0.25 } }))
  t.equal(stdout(), 'beta-vae-seed-0     1:40 + 0:10  FG-ARI 0.500  count right 0.250\n')
  t.match(stderr(), /2 runs left \(ETA \d+:\d\d\)\n$/)
  lines.onResult(resultOf('mnist', 1, { error: 'diverged' }, { seconds: { training: 0 } }))
  t.match(stdout(), /mnist-seed-1 +0:00 {2}diverged\n$/)
})

t.test('on a terminal the run under way, when all will be over, and that it is measured', async t => {
  const { lines, stderr } = linesOn(true)
  lines.onProgress(runs[1]!, 0.504)
  t.match(stderr(), /\r1 of 4 runs \(ETA \d+:\d\d\); beta-vae-seed-0: 50% trained/)
  const measured = linesOn(true)
  measured.lines.onProgress(runs[1]!, undefined)
  t.match(measured.stderr(), /beta-vae-seed-0: measuring/)
  measured.lines.end()
  t.ok(measured.stderr().endsWith('\r\x1b[K'), 'the line goes')
})
