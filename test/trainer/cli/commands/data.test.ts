import t from 'tap'
import { cli } from '../cli-fixture.js'

t.test('help, and what is no command line', async t => {
  t.match(await cli(['data', 'preview', '--help']), {
    code: 0,
    stdout:
      /--preset[^]*--root <dir>[^]*--genre[^]*--split[^]*--pairs \[gap\][^]*--out <file>[^]*Examples:\n {2}\$ npm run/,
  })
  t.match(await cli(['data', 'previw']), { code: 1, stderr: /Did you mean preview/ })
  t.match(await cli(['data', 'preview']), {
    code: 1,
    stderr: /expected --preset .* or --config FILE for the config but received neither/,
  })
  t.match(await cli(['data', 'preview', '--preset', 'mnist', '--count', '0']), {
    code: 1,
    stderr: /Expected an integer of at least 1/,
  })
})
