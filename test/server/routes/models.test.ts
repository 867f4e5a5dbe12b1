import t from 'tap'
import { PIXEL_RULE } from '@partition-vae/models'
import { publishLinearModel } from '../../helpers/linear-model.js'
import { startService } from '../service.js'

t.test('the list, the card, the versions', async t => {
  const { app, model } = await startService(t, {
    model: { labels: { shape: 'the shape' } },
    prepare: async root => { for (const version of [2, 7]) await publishLinearModel(root, { version, seed: version }) },
  })
  const list = await app.inject('/v1/models')
  t.equal(list.statusCode, 200)
  const { image, latentSize, partitions } = model.card
  t.strictSame(list.json(), {
    models: [{
      name: 'linear',
      version: 7,
      versions: [1, 2, 7],
      description: 'A linear model with known results',
      image,
      latentSize,
      partitions: partitions.map(({ name, size, offset }) => ({ name, size, offset })), // version 7 has no labels
    }],
  })
  t.strictSame((await app.inject('/v1/models/linear/versions/1')).json(), {
    ...JSON.parse(JSON.stringify(model.card)),
    executionProvider: 'cpu',
    servedPixelRule: PIXEL_RULE,
    links: { report: 'v1/models/linear/versions/1/report/index.html' },
  })
  t.equal((await app.inject('/v1/models/linear')).json().version, 7)
})
