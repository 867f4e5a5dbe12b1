import type { Condition, Parameter } from './parameter.js'

/** The search space: parameters by path in the config. */
export type Space = Readonly<Record<string, Parameter>>

/** What was drawn by path: a number, or a choice's index. A parameter whose condition does not hold is absent. */
export type Drawn = Readonly<Record<string, number>>

/** Parameters that exist together: in every trial all of them, or none. */
export interface Group {
  readonly paths: readonly string[]
  readonly when: Condition
}

/** Lists the groups of a space, each after those that its condition asks about. Conditions make no circle. */
export function groupsOf (space: Space): Group[] {
  const depths = new Map(Object.keys(space).map(path => [path, depthOf(space, path)]))
  const groups = new Map<string, { paths: string[], when: Condition, depth: number }>()
  for (const [path, { when = {} }] of Object.entries(space)) {
    const key = JSON.stringify(Object.entries(when).toSorted(([a], [b]) => a < b ? -1 : 1))
    const group = groups.get(key)
    if (group === undefined) groups.set(key, { paths: [path], when, depth: depths.get(path)! })
    else group.paths.push(path)
  }
  return [...groups.values()].sort((a, b) => a.depth - b.depth)
}

/** How many conditions lie one behind another; 0 for a parameter that always exists. */
function depthOf (space: Space, path: string): number {
  const { when = {} } = space[path]!
  return Math.max(0, ...Object.keys(when).map(other => 1 + depthOf(space, other)))
}

/** Whether a condition holds for what was drawn so far. A parameter that does not exist has none of the values. */
export function holds (when: Condition, space: Space, drawn: Drawn): boolean {
  return Object.entries(when).every(([path, wanted]) => {
    const at = drawn[path]
    if (at === undefined) return false
    const parameter = space[path]!
    const value = parameter.type === 'choice' ? parameter.choices[at] : at
    return (Array.isArray(wanted) ? wanted : [wanted]).some(one => JSON.stringify(one) === JSON.stringify(value))
  })
}
