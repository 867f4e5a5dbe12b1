/**
 * Opens a data set as its process's only work, as a command of the trainer does: from the built sources. Prints how it
 * goes, a line of JSON at a time, as test/bench/folder/build.ts does.
 */
import { openDataset } from '../../../trainer/dist/data/index.js'

const began = performance.now()
let first = null
const { train, test } = await openDataset(JSON.parse(process.argv[2]), ({ done, rate }) => {
  first ??= done
  console.log(JSON.stringify({ done, rate }))
})
await Promise.all([train.close(), test.close()])
const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage()
console.log(JSON.stringify({
  first,
  count: train.count + test.count,
  seconds: (performance.now() - began) / 1e3,
  cpuSeconds: (userCPUTime + systemCPUTime) / 1e6,
  memory: maxRSS / 1024,
}))
