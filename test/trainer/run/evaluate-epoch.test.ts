import t from 'tap'
import { parseRunConfig } from '../../../trainer/config/resolve.js'
import { createMemoryDataset } from '../../../trainer/data/memory.js'
import { createNetwork } from '../../../trainer/model/create-network.js'
import { initialState } from '../../../trainer/model/initial-state.js'
import { evaluateEpoch } from '../../../trainer/run/evaluate-epoch.js'
import { squaresConfig } from '../cli/cli-fixture.js'

t.test('training waits for at most 2,000 test images, spread over all', async t => {
  const config = parseRunConfig(squaresConfig('x'))
  const shape = { height: 16, width: 16, channels: 1 } as const
  const test = createMemoryDataset({ name: 'x/test', shape, images: new Uint8Array(2500 * 256).fill(128) })
  const seen = new Set<number>()
  const network = createNetwork(config.model, shape)
  const measured = await evaluateEpoch({
    config,
    network,
    test: {
      ...test,
      async read (indices, into) {
        for (const index of indices) seen.add(index)
        await test.read(indices, into)
      },
    },
    state: initialState(network, 3),
    beta: 2,
    signal: new AbortController().signal,
    threads: 1,
  })
  t.equal(seen.size, 1000)
  t.ok(Math.max(...seen) > 2490, 'the last images as well')
  t.ok(Math.abs(measured.loss - measured.reconstruction - 2 * measured.kl) < 1e-9)
})
