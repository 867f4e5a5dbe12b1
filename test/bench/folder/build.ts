/** Opens a folder of images as its process's only work, and says how it goes: a line of JSON at a time. */
import { openDataset } from '../../../trainer/data/index.js'

export interface Built {
  /** Files done when this process began to report. */
  readonly first: number | null
  readonly count: number
  readonly seconds: number
  readonly cpuSeconds: number
  /** Peak, MiB. */
  readonly memory: number
}

const began = performance.now()
let first: number | undefined
const { train, test } = await openDataset(JSON.parse(process.argv[2]!), ({ done, rate }) => {
  first ??= done
  console.log(JSON.stringify({ done, rate }))
})
await Promise.all([train.close(), test.close()])
const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage()
const built: Built = {
  first: first ?? null,
  count: train.count + test.count,
  seconds: (performance.now() - began) / 1e3,
  cpuSeconds: (userCPUTime + systemCPUTime) / 1e6,
  memory: maxRSS / 1024, // MiB
}
console.log(JSON.stringify(built))
