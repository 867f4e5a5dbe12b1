/**
 * The limits of the container that this process is in, as Linux tells them: control groups of version 2, and of 1,
 * which older hosts have. A group is bound by its ancestors too: the tightest counts.
 */
import { posix } from 'node:path'

/** Reads a text file; undefined where it is not there or can't be read. */
export type ReadText = (path: string) => string | undefined

export interface Limit {
  readonly value: number
  /** The file that sets it. */
  readonly file: string
}

export interface ContainerLimits {
  /** Cores' worth of time, > 0, often no whole number. */
  readonly cpu: Limit | undefined
  /** Bytes. */
  readonly memory: Limit | undefined
}

interface Mount {
  readonly version: 1 | 2
  /** The group that is seen at `point`. */
  readonly root: string
  readonly point: string
  /** Of version 1. */
  readonly controllers: readonly string[]
}

/** `\040` and the like, as mountinfo writes blanks. */
function unescape (path: string): string {
  return path.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))
}

/** Reads /proc/self/mountinfo: where control groups are mounted. */
export function parseMounts (mountinfo: string): Mount[] {
  return mountinfo.split('\n').flatMap((line): Mount[] => {
    // ID parent device root point options [optional fields] - type source superoptions
    const [mount = '', filesystem = ''] = line.split(' - ')
    const [, , , root, point] = mount.split(' ')
    const [type, , options = ''] = filesystem.split(' ')
    if (root === undefined || point === undefined || (type !== 'cgroup' && type !== 'cgroup2')) return []
    const version = type === 'cgroup2' ? 2 : 1
    return [{ version, root: unescape(root), point: unescape(point), controllers: options.split(',') }]
  })
}

/** Reads /proc/self/cgroup: the group of this process in each hierarchy, by controller; '' is version 2. */
export function parseMembership (text: string): Map<string, string> {
  const lines = text.split('\n').map(line => /^\d+:([^:]*):(\/.*)$/.exec(line)).filter(match => match !== null)
  return new Map(lines.flatMap(([, controllers = '', path = '/']) =>
    controllers.split(',').map(controller => [controller, path] as const)))
}

/** Lists the folder of a group and those of its ancestors, as far as they can be seen. */
export function foldersOf (group: string, { root, point }: Pick<Mount, 'root' | 'point'>): string[] {
  // A group may lie outside of what is mounted (`/../x`, or another root): then the mount is the best there is.
  const below = group.startsWith('/..') ? '' : posix.relative(root, group)
  const steps = below === '' || below.startsWith('..') ? [] : below.split('/')
  return Array.from({ length: steps.length + 1 }, (_, up) => posix.join(point, ...steps.slice(0, steps.length - up)))
}

type Measure = (folder: string, read: ReadText) => Limit[]

/** A number of a file of one number; none for `max`, -1 and what is no number. */
function positive (text: string | undefined): number | undefined {
  const value = Number(text?.trim() || Number.NaN)
  return Number.isFinite(value) && value > 0 ? value : undefined
}

const CPU: Readonly<Record<1 | 2, Measure>> = {
  1 (folder, read) {
    const file = posix.join(folder, 'cpu.cfs_quota_us')
    const quota = positive(read(file))
    const period = positive(read(posix.join(folder, 'cpu.cfs_period_us')))
    return quota === undefined || period === undefined ? [] : [{ value: quota / period, file }]
  },
  2 (folder, read) {
    const file = posix.join(folder, 'cpu.max')
    const [quota, period] = (read(file) ?? '').trim().split(/\s+/).map(positive)
    return quota === undefined || period === undefined ? [] : [{ value: quota / period, file }]
  },
}

function bytes (names: readonly string[]): Measure {
  return (folder, read) => names.flatMap(name => {
    const file = posix.join(folder, name)
    const value = positive(read(file))
    return value === undefined ? [] : [{ value, file }]
  })
}

// Beyond `high` a group is slowed down until it takes less: as good as a limit.
const MEMORY: Readonly<Record<1 | 2, Measure>> = {
  1: bytes(['memory.limit_in_bytes']), 2: bytes(['memory.max', 'memory.high']),
}

function tightest (limits: readonly Limit[]): Limit | undefined {
  return limits.reduce<Limit | undefined>((least, limit) => {
    return least === undefined || limit.value < least.value ? limit : least
  }, undefined)
}

/** Reads the limits of this process's container; none where there are no control groups, as on other systems. */
export function readContainerLimits (read: ReadText): ContainerLimits {
  const mounts = parseMounts(read('/proc/self/mountinfo') ?? '')
  const membership = parseMembership(read('/proc/self/cgroup') ?? '')
  function find (controller: string, measure: Readonly<Record<1 | 2, Measure>>): Limit | undefined {
    return tightest(mounts.flatMap(mount => {
      const { version, controllers } = mount
      if (version === 1 && !controllers.includes(controller)) return []
      const group = membership.get(version === 1 ? controller : '')
      return group === undefined ? [] : foldersOf(group, mount).flatMap(folder => measure[version](folder, read))
    }))
  }
  return { cpu: find('cpu', CPU), memory: find('memory', MEMORY) }
}
