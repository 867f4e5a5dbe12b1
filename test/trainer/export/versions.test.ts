import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import t from 'tap'
import { packageVersions } from '../../../trainer/export/versions.js'

t.test('every dependency of the trainer, as installed', async t => {
  const versions = packageVersions()
  const { version, dependencies } = JSON.parse(
    readFileSync(new URL('../../../trainer/package.json', import.meta.url), 'utf8')
  )
  t.equal(versions['partition-vae'], version)
  t.equal(versions['node'], process.version)
  for (const name of Object.keys(dependencies)) t.match(versions[name], /^\d+\.\d+/, name)
  t.equal(
    versions['@tensorflow/tfjs-core'],
    createRequire(import.meta.url)('@tensorflow/tfjs-core/package.json').version
  )
})
