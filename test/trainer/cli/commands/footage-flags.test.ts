import { Command } from 'commander'
import t from 'tap'
import { addDataFlags, type DataFlags } from '../../../../trainer/cli/commands/config-flags.js'
import { addFootageFlags, correctionsOf, type FootageFlags } from '../../../../trainer/cli/commands/footage-flags.js'

async function parse (...argv: string[]) {
  let flags: DataFlags & FootageFlags = {}
  const command = addFootageFlags(addDataFlags(new Command())).action((given: typeof flags) => { flags = given })
  await command.parseAsync(argv, { from: 'user' })
  return { split: flags.split, corrections: correctionsOf(flags) }
}

t.test('things that are split, in two or more; how Sports10 is split is another matter', async t => {
  const { split, corrections } = await parse('--split', 'p2,p5=3', '--split', 'game', '--split', 'p7')
  t.equal(split, 'game')
  t.strictSame(corrections?.split, [{ name: 'p2', parts: 2 }, { name: 'p5', parts: 3 }, { name: 'p7', parts: 2 }])
  t.strictSame(await parse('--split', 'random'), { split: 'random', corrections: undefined })
  t.strictSame(await parse('--split', 'pixels'), { split: 'pixels', corrections: undefined }, 'left to the schema')
  t.match(await parse('--split', 'p2=many'), { corrections: { split: [{ name: 'p2', parts: NaN }] } })
})

t.test('things that are merged and ignored', async t => {
  t.match(await parse('--merge', 'p1, p4', '--merge', 'p2,p3', '--ignore', 'p5,p6', '--ignore', 'p7'), {
    corrections: { merge: [['p1', 'p4'], ['p2', 'p3']], ignore: ['p5', 'p6', 'p7'] },
  })
  t.strictSame(await parse(), { split: undefined, corrections: undefined })
})
