import { execFileSync } from 'node:child_process'
import t from 'tap'
import { quote } from '../../../trainer/cli/shell.js'

t.test('a shell reads back what was quoted', async t => {
  const words = ['plain', '--set=a.b=3', 'two words', "it's", '$HOME', '`x`', '', '{"a": [1]}', '*']
  const read = execFileSync('sh', ['-c', `printf '%s\\0' ${words.map(quote).join(' ')}`], { encoding: 'utf8' })
  t.strictSame(read.split('\0').slice(0, -1), words)
  t.equal(quote('--set=a.b=3'), '--set=a.b=3')
})
