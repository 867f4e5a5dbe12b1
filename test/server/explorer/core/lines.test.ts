import t from 'tap'
import { writeCurl, writeJson, writePython, writeTypescript } from '../../../../server/explorer/core/lines.js'

const subject = {
  base: 'https://models.example/pvae/',
  name: 'digits',
  version: 3,
  partitions: [{ name: 'pose', size: 2, offset: 0, label: 'how it stands' }, { name: 'my-shape', size: 1, offset: 2 }],
  latent: [0.1, -1 / 3, 2e-9],
}

t.test('numbers stand by partition, with its label beside them', async t => {
  t.match(writePython(subject), '    "pose": [0.1, -0.3333333],  # how it stands\n    "my-shape": [2e-9],\n')
  t.match(writeTypescript(subject), '  "pose": [0.1, -0.3333333], // how it stands\n  "my-shape": [2e-9],\n')
  t.strictSame(JSON.parse(writeJson(subject)), {
    model: 'digits', version: 3, latent: { pose: [0.1, -1 / 3], 'my-shape': [2e-9] },
  }, 'in full in JSON')
})

t.test('a label of several lines stays within its comment', async t => {
  const [pose] = subject.partitions
  const odd = { ...subject, partitions: [{ ...pose!, label: 'how\nimport os\u2028it' }, subject.partitions[1]!] }
  t.match(writePython(odd), '],  # how import os it\n')
  t.match(writeTypescript(odd), '], // how import os it\n')
})

t.test('a prefix is kept, and a key comes from the environment', async t => {
  t.match(writeCurl(subject), '\'https://models.example/pvae/v1/models/digits/versions/3/decode\' -H')
  t.notMatch(writeCurl(subject), 'PVAE_KEY')
  t.match(writeCurl({ ...subject, needsKey: true }), '-H "x-api-key: $PVAE_KEY"')
  t.match(writePython({ ...subject, needsKey: true }), 'import os\n')
  t.match(writeTypescript({ ...subject, needsKey: true }), 'apiKey: process.env.PVAE_KEY!')
})
