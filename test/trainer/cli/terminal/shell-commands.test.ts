import { execFileSync } from 'node:child_process'
import t from 'tap'
import { flagsText, goOnWithTraining, quote } from '../../../../trainer/cli/terminal/shell-commands.js'

t.test('a shell reads back what was quoted', async t => {
  const words = ['plain', '--set=a.b=3', 'two words', "it's", '$HOME', '`x`', '', '{"a": [1]}', '*']
  const read = execFileSync('sh', ['-c', `printf '%s\\0' ${words.map(quote).join(' ')}`], { encoding: 'utf8' })
  t.strictSame(read.split('\0').slice(0, -1), words)
  t.equal(quote('--set=a.b=3'), '--set=a.b=3')
})

t.test('a command that goes on keeps the folders that it was told', async t => {
  const { resume, finish } = goOnWithTraining({ runs: 'my runs', repository: '/models', export: true })
  t.equal(resume('x'), "npm run train -- --resume --run x --runs 'my runs' --repository /models")
  t.equal(finish('x'), "npm run pvae -- export --run x --runs 'my runs' --repository /models")
})

t.test('flags are written in the order asked for, those that are not given left out', async t => {
  const flags: { run: string, name?: string, threads: number } = { run: 'x', threads: 2 }
  t.equal(flagsText(flags, ['threads', 'name', 'run']), ' --threads 2 --run x')
})
