import t from 'tap'
import { foldersOf, parseMembership, parseMounts, readContainerLimits } from '../../../collections/foundation/cgroup.js'

/** Files as they were read in containers of each kind, by their paths. */
function tree (files: Readonly<Record<string, string>>) {
  return (path: string) => files[path]
}

const V2 = '30 23 0:26 / /sys/fs/cgroup ro,nosuid,nodev,noexec,relatime - cgroup2 cgroup rw,nsdelegate\n'
const OTHERS = '21 26 0:20 / /sys rw,nosuid shared:7 - sysfs sysfs rw\n' +
  '26 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n'

t.test('version 2, in a namespace of its own: the mount is the group', async t => {
  const read = tree({
    '/proc/self/mountinfo': OTHERS + V2,
    '/proc/self/cgroup': '0::/\n',
    '/sys/fs/cgroup/cpu.max': '150000 100000\n',
    '/sys/fs/cgroup/memory.max': '1073741824\n',
    '/sys/fs/cgroup/memory.high': 'max\n',
  })
  t.strictSame(readContainerLimits(read), {
    cpu: { value: 1.5, file: '/sys/fs/cgroup/cpu.max' },
    memory: { value: 2 ** 30, file: '/sys/fs/cgroup/memory.max' },
  })
})

t.test('version 2, nested: an ancestor may be tighter', async t => {
  const pod = '/sys/fs/cgroup/kubepods.slice/kubepods-pod1.slice'
  const read = tree({
    '/proc/self/mountinfo': V2,
    '/proc/self/cgroup': '0::/kubepods.slice/kubepods-pod1.slice/cri-1.scope\n',
    [`${pod}/cri-1.scope/cpu.max`]: 'max 100000\n',
    [`${pod}/cpu.max`]: '200000 100000\n',
    '/sys/fs/cgroup/kubepods.slice/cpu.max': '800000 100000\n',
    [`${pod}/cri-1.scope/memory.max`]: '536870912\n',
    [`${pod}/cri-1.scope/memory.high`]: '268435456\n',
    [`${pod}/memory.max`]: 'max\n',
  })
  t.strictSame(readContainerLimits(read), {
    cpu: { value: 2, file: `${pod}/cpu.max` },
    memory: { value: 2 ** 28, file: `${pod}/cri-1.scope/memory.high` },
  })
})

const V1 = '33 31 0:30 ROOT /sys/fs/cgroup/cpu,cpuacct ro,nosuid - cgroup cgroup rw,cpu,cpuacct\n' +
  '36 31 0:32 ROOT /sys/fs/cgroup/memory ro,nosuid - cgroup cgroup rw,memory\n' +
  '41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup rw\n'

t.test('version 1, in a container that sees its own group alone', async t => {
  const read = tree({
    '/proc/self/mountinfo': V1.replaceAll('ROOT', '/docker/abc'),
    '/proc/self/cgroup': ['9:name=systemd', '4:memory', '1:cpu,cpuacct', '0:']
      .map(hierarchy => `${hierarchy}:/docker/abc\n`).join(''),
    '/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us': '50000\n',
    '/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us': '100000\n',
    '/sys/fs/cgroup/memory/memory.limit_in_bytes': '2147483648\n',
  })
  t.strictSame(readContainerLimits(read), {
    cpu: { value: 0.5, file: '/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us' },
    memory: { value: 2 ** 31, file: '/sys/fs/cgroup/memory/memory.limit_in_bytes' },
  })
})

t.test('version 1, without a quota and nested', async t => {
  const memory = '/sys/fs/cgroup/memory'
  const read = tree({
    '/proc/self/mountinfo': V1.replaceAll('ROOT', '/'),
    '/proc/self/cgroup': '4:memory:/outer/inner\n1:cpu,cpuacct:/\n0::/\n',
    '/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us': '-1\n',
    '/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us': '100000\n',
    [`${memory}/outer/inner/memory.limit_in_bytes`]: '9223372036854771712\n',
    [`${memory}/outer/memory.limit_in_bytes`]: '805306368\n',
    [`${memory}/memory.limit_in_bytes`]: '9223372036854771712\n',
  })
  t.strictSame(readContainerLimits(read), {
    cpu: undefined, memory: { value: 768 * 2 ** 20, file: `${memory}/outer/memory.limit_in_bytes` },
  })
})

t.test('no control groups, or files that say nothing', async t => {
  const none = { cpu: undefined, memory: undefined }
  t.strictSame(readContainerLimits(() => undefined), none, 'another system')
  const read = tree({ '/proc/self/mountinfo': V2, '/proc/self/cgroup': '0::/\n', '/sys/fs/cgroup/cpu.max': 'x\n' })
  t.strictSame(readContainerLimits(read), none, 'not a number')
})

t.test('paths: blanks in a mount, colons in a group, groups outside of the mount', async t => {
  const [mount] = parseMounts('1 2 0:3 /a\\040b /mnt/c\\040d rw - cgroup2 none rw\n')
  t.match(mount, { root: '/a b', point: '/mnt/c d', version: 2 })
  t.strictSame([...parseMembership('0::/a:b\n12:cpu,cpuacct:/c\n')], [['', '/a:b'], ['cpu', '/c'], ['cpuacct', '/c']])
  t.strictSame(foldersOf('/a/b/c', { root: '/a', point: '/m' }), ['/m/b/c', '/m/b', '/m'])
  t.strictSame(foldersOf('/../../x', { root: '/', point: '/m' }), ['/m'], 'as the kernel writes it')
  t.strictSame(foldersOf('/other', { root: '/docker/abc', point: '/m' }), ['/m'])
})
