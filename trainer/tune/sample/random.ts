import type { Random } from '../../random/index.js'
import { drawUniformly } from '../space/parameter.js'
import { groupsOf, holds, type Drawn, type Space } from '../space/groups.js'

/** Draws every parameter that exists, uniformly over its range. */
export function sampleUniformly (space: Space, random: Random): Drawn {
  const drawn: Record<string, number> = {}
  for (const { paths, when } of groupsOf(space)) {
    if (!holds(when, space, drawn)) continue
    for (const path of paths) drawn[path] = drawUniformly(space[path]!, random)
  }
  return drawn
}
