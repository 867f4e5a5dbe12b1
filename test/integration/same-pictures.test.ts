/** The command line and the service draw the same pictures of the models that ship, to the last pixel. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { openRepository, type Card } from '@partition-vae/models'
import { buildApp } from '../../server/app.js'
import { createPool } from '../../server/inference/pool.js'
import { createRegistry } from '../../server/inference/registry.js'
import { pixelsOf } from '../server/images.js'
import { WORKER } from '../server/service.js'
import { cli } from '../trainer/cli/cli-fixture.js'

const repository = openRepository(fileURLToPath(new URL('../../models/repository', import.meta.url)))
const app = await buildApp({
  loadModels: log =>
    createRegistry({ repository, pool: createPool({ workers: 1, log, ...WORKER }), provider: 'cpu', log }),
})
t.teardown(() => app.close())

/** A latent far from the card's mean, written as both sides take it. */
const latentOf = ({ latentSize }: Card) =>
  Array.from({ length: latentSize }, (_, i) => (Math.sin(3 * i + 1) * 2).toFixed(3)).join(',')

/** What is asked for, as a query; flags have the same names, but for `labels=false`, which is --no-labels. */
type Query = Readonly<Record<string, string>>

const flagsOf = (query: Query): string[] =>
  Object.entries(query).map(([name, value]) => (name === 'labels' ? '--no-labels' : `--${name}=${value}`))

async function drawnBy (t: { testdir (): string }, command: string, model: string, query: Query) {
  const directory = t.testdir()
  const { code, stderr } = await cli(
    [command, '--model', model, ...flagsOf(query), '--repository', repository.root, '--out', 'picture.png'],
    { directory }
  )
  if (code !== 0) throw new Error(stderr)
  return {
    onCommandLine: await pixelsOf(await readFile(join(directory, 'picture.png'))),
    byService: await pixelsOf(
      (await app.inject({ url: `/v1/models/${model}/${command === 'traverse' ? 'traversal' : command}`, query }))
        .rawPayload
    ),
  }
}

for (const { name } of await repository.list()) {
  const { card } = await repository.open(name)
  const latent = latentOf(card)
  const asked: Record<string, Query[]> = {
    traverse: [
      ...['unit', 'scale', 'joint'].flatMap(mode => [
        { mode },
        { mode, seed: '4', steps: '5' },
        { mode, latent, steps: '5', labels: 'false' },
      ]),
      { mode: 'unit', steps: '32', range: '1.7', partition: card.partitions[1]!.name, zoom: '1', seed: '4294967295' },
      { mode: 'scale', from: '-0.333', to: '2.125', steps: '4', zoom: '3', seed: '0' },
    ],
    influence: [{}, { scale: 'own', latent }, { labels: 'false', zoom: '1' }],
  }
  for (const [command, queries] of Object.entries(asked)) {
    for (const query of queries) {
      t.test(`${name}: ${command} ${JSON.stringify(query).slice(0, 80)}`, async t => {
        const { onCommandLine, byService } = await drawnBy(t, command, name, query)
        t.strictSame(
          [onCommandLine.height, onCommandLine.width, onCommandLine.channels],
          [byService.height, byService.width, byService.channels]
        )
        t.equal(Buffer.compare(onCommandLine.bytes, byService.bytes), 0, 'every pixel')
      })
    }
  }
}
