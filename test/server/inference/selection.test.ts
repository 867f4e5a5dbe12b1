import t from 'tap'
import { parseSelection, SelectionError, selectModels } from '../../../server/inference/selection.js'

const listing = [{ name: 'mnist', versions: [1, 2, 3] }, { name: 'faces', versions: [1] }]

t.test('names and versions, or everything', async t => {
  t.strictSame(parseSelection(''), [])
  t.strictSame(parseSelection('mnist:1,mnist:3,faces'), [
    { name: 'mnist', version: 1 },
    { name: 'mnist', version: 3 },
    { name: 'faces', version: undefined },
  ])
  t.strictSame(selectModels(listing, []), { chosen: listing, missing: [] })
  t.strictSame(selectModels(listing, parseSelection('mnist:1,mnist:3,faces')), {
    chosen: [
      { name: 'mnist', versions: [1, 3] },
      { name: 'faces', versions: [1] },
    ],
    missing: [],
  })
})

t.test('what is not there is named', async t => {
  t.strictSame(selectModels(listing, parseSelection('mnist:9,digits,digits:2,faces:1')), {
    chosen: [{ name: 'faces', versions: [1] }],
    missing: ['mnist:9', 'digits', 'digits:2'],
  })
})

t.test('with @, as the command line writes it, and with spaces', async t => {
  t.strictSame(parseSelection('mnist@1, mnist:3 ,faces'), parseSelection('mnist:1,mnist:3,faces'))
})

t.test('an error says of each what there is', async t => {
  const messageOf = (text: string, models = listing) =>
    new SelectionError(models, selectModels(models, parseSelection(text)).missing).message
  t.equal(
    messageOf('mnits'),
    'expected one of mnist, faces for PVAE_MODELS but received "mnits" (did you mean "mnist"?)'
  )
  t.equal(
    messageOf('mnist@9,faces,digits:2'),
    'expected one of 1, 2, 3 for the version of mnist in PVAE_MODELS but received 9; expected one of mnist, faces ' +
      'for PVAE_MODELS but received "digits:2"'
  )
  t.equal(messageOf('mnist', []), 'expected nothing (the repository is empty) for PVAE_MODELS but received "mnist"')
})

t.test('what is no reference is taken for a name that is not there', async t => {
  t.strictSame(parseSelection(' mnist:1 , faces@2,,'), [{ name: 'mnist', version: 1 }, { name: 'faces', version: 2 }])
  for (const entry of ['MNIST', 'digits:x', 'mnist:0', 'mnist:01', 'a b']) {
    t.strictSame(parseSelection(entry), [{ name: entry, version: undefined }], entry)
  }
  t.equal(new SelectionError([{ name: 'mnist', versions: [1] }], ['MNIST']).message,
    'expected one of mnist for PVAE_MODELS but received "MNIST" (did you mean "mnist"?)')
})
