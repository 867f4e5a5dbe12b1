import { availableParallelism, totalmem } from 'node:os'
import t from 'tap'
import { readCapacity } from '../../../collections/foundation/capacity.js'

const machine = { cores: 16, memory: 64 * 2 ** 30 }
const container = (files: Readonly<Record<string, string>>) => (path: string) => ({
  '/proc/self/mountinfo': '30 23 0:26 / /sys/fs/cgroup ro - cgroup2 cgroup rw\n',
  '/proc/self/cgroup': '0::/\n',
  ...files,
} as Record<string, string>)[path]

t.test('a quota is rounded down, to one core at least', async t => {
  const cores = (quota: string) => readCapacity(container({ '/sys/fs/cgroup/cpu.max': quota }), machine).cores
  t.equal(cores('250000 100000'), 2)
  t.equal(cores('30000 100000'), 1)
  t.equal(cores('max 100000'), 16)
  t.equal(cores('3200000 100000'), 16, 'no more than there are')
})

t.test('it says which file decided, where one did', async t => {
  const tight = container({ '/sys/fs/cgroup/cpu.max': '400000 100000', '/sys/fs/cgroup/memory.max': '1073741824' })
  t.strictSame(readCapacity(tight, machine), {
    cores: 4, quotaFile: '/sys/fs/cgroup/cpu.max', memory: 2 ** 30, memoryFile: '/sys/fs/cgroup/memory.max',
  })
  const none = { cores: 16, quotaFile: undefined, memory: machine.memory, memoryFile: undefined }
  t.strictSame(readCapacity(() => undefined, machine), none)
  const huge = container({ '/sys/fs/cgroup/memory.max': '9223372036854771712' })
  t.strictSame(readCapacity(huge, machine), none, 'a limit beyond the machine is none')
})

t.test('this process has some of this machine', async t => {
  const { cores, memory } = readCapacity()
  t.ok(cores >= 1, 'a core')
  t.ok(cores <= availableParallelism(), 'of those that there are')
  t.ok(memory > 2 ** 26, 'memory')
  t.ok(memory <= totalmem(), 'of that which there is')
})
