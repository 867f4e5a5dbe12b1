import t from 'tap'
import {
  analysisOf, overridesFor, setsBatchSize, setsEpochs, setsImages, setsModel, withOverrides, type ConfigRequest,
} from '../../../trainer/config/request.js'

const asked = (...overrides: ConfigRequest['overrides'][number][]): ConfigRequest => ({ preset: 'images', overrides })

t.test('a folder of images means what the data source makes of it', async t => {
  const request: ConfigRequest = { images: { directory: 'there' }, overrides: [['seed', 1]] }
  const changes = (source: string | undefined) => overridesFor(request, source)
  t.strictSame(changes('mnist'), [['data', { source: 'idx', directory: 'there' }], ['seed', 1]], 'digits of one\'s own')
  t.strictSame(changes('sports10'), [['data.root', 'there'], ['seed', 1]], 'where Sports10 is')
  t.strictSame(changes('folder'), [['data.directory', 'there'], ['seed', 1]], 'pictures')
  t.strictSame(changes(undefined), [['data.directory', 'there'], ['seed', 1]], 'a config that does not say')
})

t.test('the folder of Sports10 makes any config one of Sports10', async t => {
  const request: ConfigRequest = { images: { sports10: 'there' }, overrides: [] }
  t.strictSame(overridesFor(request, 'folder'), [['data.source', 'sports10'], ['data.root', 'there']])
  t.strictSame(overridesFor(request, 'sports10'), [['data.root', 'there']])
})

t.test('arrays take the place of whatever images a config has', async t => {
  const changes = (source: string) => overridesFor({ images: { arrays: 'there.npz' }, overrides: [] }, source)
  t.strictSame(changes('dsprites'), [['data', { source: 'arrays', file: 'there.npz' }]], 'no field of drawn ones')
  t.strictSame(changes('arrays'), [['data.file', 'there.npz']], 'others of the kind')
  const fromFolder = new Map(changes('folder'))
  t.equal(fromFolder.get('data.source'), 'arrays')
  t.equal(fromFolder.get('data.file'), 'there.npz')
  for (const field of ['data.directory', 'data.channels']) {
    t.ok(fromFolder.has(field), `${field} is changed`)
    t.equal(fromFolder.get(field), undefined, `${field} is taken away`)
  }
  const back = new Map(overridesFor({ images: { directory: 'there' }, overrides: [] }, 'arrays'))
  t.strictSame([back.get('data.source'), back.get('data.directory')], ['folder', 'there'])
  t.ok(back.has('data.images'), 'a folder has no member')
  const archives = new Map(overridesFor({ images: { webdataset: 'there.tar' }, overrides: [] }, 'folder'))
  t.strictSame([archives.get('data.source'), archives.get('data.file')], ['webdataset', 'there.tar'])
})

t.test('a request without images changes nothing about them', async t => {
  t.strictSame(overridesFor(asked(['seed', 2]), 'mnist'), [['seed', 2]])
})

t.test('it tells what it sets', async t => {
  t.ok(setsModel(asked(['model.heads.hidden', 3])), 'a field of the model')
  t.notOk(setsModel(asked(['modelled', 3])), 'not what begins alike')
  t.ok(setsEpochs(asked(['fit.epochs', 3])), 'epochs')
  t.notOk(setsEpochs(asked(['fit.steps', 3])), 'steps are no epochs')
  t.ok(setsBatchSize(asked(['fit', { batchSize: 3 }])), 'a batch, with all of fit')
  t.notOk(setsBatchSize(asked()), 'the preset\'s batch is not asked for')
})

t.test('what a file says about the batch counts as asked for', async t => {
  const file = (value: unknown) => setsBatchSize({ file: { path: 'my.json', value }, overrides: [] })
  t.ok(file({ fit: { batchSize: 8 } }), 'it has one')
  t.notOk(file({ fit: {} }), 'it has none')
  t.notOk(file(null), 'it is no config at all')
})

t.test('it tells whether it says where the images are', async t => {
  t.ok(setsImages({ ...asked(), images: { directory: 'there' } }), 'a folder')
  t.ok(setsImages(asked(['data.directory', 'there'])), 'a change')
  t.notOk(setsImages(asked(['data.height', 32])), 'their size says nothing')
})

t.test('later changes come last, and leave the request alone', async t => {
  const request = asked(['name', 'first'])
  t.strictSame(withOverrides(request, ['name', 'second']).overrides, [['name', 'first'], ['name', 'second']])
  t.strictSame(request.overrides, [['name', 'first']])
})

t.test('presets say when images complete them', async t => {
  t.strictSame(
    ['footage', 'folder', 'images'].map(preset => analysisOf({ preset, overrides: [] })),
    ['always', 'footage', undefined]
  )
  t.equal(analysisOf({ overrides: [] }), undefined, 'a file never')
})
