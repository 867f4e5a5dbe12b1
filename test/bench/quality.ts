/**
 * `npm run bench:quality`: seconds of training until MNIST is reconstructed as well as by the authors' published
 * code.
 */
import { openMnist } from '../../trainer/data/mnist.js'
import { readOptions } from './options.js'
import { findPeer, PYTORCH } from './python.js'
import { trainOurs } from './quality/ours.js'
import { trainPeer } from './quality/peer.js'

const RECIPES: Readonly<Record<string, { readonly published: boolean, readonly about: string }>> = {
  repaired: { published: false, about: 'the paper\'s recipe, repaired' },
  published: { published: true, about: 'the published code\'s defects' },
}

const options = readOptions({
  name: 'bench:quality',
  about: `Seconds of training until the squared error of a test image's pixel, decoded from a sample, first is at
the target or below: as the authors' published code after 25 epochs of MNIST. Ours against the paper's network in
PyTorch, by the repaired recipe and with the published code's defects. Measuring does not count; compiling our step
does.`,
  options: {
    preset: { help: 'ours', default: 'mnist' },
    target: { help: 'squared error of a pixel', default: 0.0354, smoke: 0.5 },
    every: { help: 'steps between our measurements', default: 20, smoke: 2 },
    'test-images': { help: 'that it is measured on', default: 10_000, smoke: 512 },
    threads: { help: 'of the computation', default: 2 },
    recipes: { help: 'of the peer', default: Object.keys(RECIPES) },
    seconds: { help: 'when a peer is given up', default: 150, smoke: 1 },
  },
})
const { preset, target, every, threads, seconds } = options

const { train, test: all } = await openMnist()
const test = { ...all, count: Math.min(options['test-images'], all.count) }
const own = await trainOurs({ preset, target, every, threads, train, test })
console.log(`${preset}: ${own.error.toFixed(4)} after ${own.step} steps, ${own.seconds.toFixed(1)} s`)
const python = findPeer('PyTorch', PYTORCH, options)
for (const recipe of python === undefined ? [] : options.recipes) {
  const { published, about } = RECIPES[recipe]!
  const name = `PyTorch, ${about}`
  console.log(`${name}:`)
  const peer = await trainPeer(python!, { published, target, threads, seconds, image: train.shape })
  const reached = peer.error <= target
  const outcome = `${peer.error.toFixed(4)} after ${peer.step} steps, ${peer.seconds.toFixed(1)} s`
  const factor = `${reached ? '' : 'more than '}${(peer.seconds / own.seconds).toFixed(0)} times as fast`
  console.log(`${name}: ${outcome}${reached ? '' : ', not there yet'}; ours was ${factor}`)
}
await Promise.all([train.close(), test.close()])
