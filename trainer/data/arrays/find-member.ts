/** Which member of a file of arrays is what, by its name. */
import type { TrainerError } from '../../foundation/errors.js'
import { corrupt, describeShape, type ArrayFile, type ArrayMember } from './array-file.js'
import type { MemberNames } from './content.js'
import type { Range } from './pixels.js'

/** Names under which members are known, the first that is there. */
const USUAL = {
  images: ['imgs', 'images', 'image', 'x', 'X', 'arr_0', 'data'],
  labels: ['labels', 'label', 'y', 'Y'],
  factors: ['factors', 'latents_values', 'latents'],
  masks: ['masks', 'mask'],
} as const

export interface ArrayContentOptions extends MemberNames {
  readonly path: string
  readonly range?: Range | undefined
}

/** Finds a member by the name that is asked for, or by a usual one; also at the end of a path in HDF5. */
export function findMember (
  { members, refused }: ArrayFile, options: ArrayContentOptions, role: keyof typeof USUAL
): ArrayMember | undefined {
  const asked = options[role]
  const { path } = options
  for (const name of asked === undefined ? USUAL[role] : [asked]) {
    const reason = refused.get(name)
    if (reason !== undefined) throw corrupt(path, `${role} in member ${name}`, reason)
    const found = members.get(name)
    if (found !== undefined) return found
    const below = asked === undefined ? [...members.keys()].filter(other => other.endsWith(`/${name}`)) : []
    if (below.length === 1) return members.get(below[0]!)
    if (below.length > 1) {
      throw corrupt(path, `one member of ${role}`, `${below.join(' and ')}: say which, e.g. --member ${role}=${below[0]}`)
    }
  }
  // The only array there is needs no name.
  if (asked === undefined && role === 'images' && members.size === 1) return [...members.values()][0]
  if (asked !== undefined) throw corrupt(path, `a member ${asked} for ${role}`, [...members.keys()].join(', ') || 'none')
  return undefined
}

/** Makes the error for a file without images. */
export function noImages ({ members, refused }: ArrayFile, path: string): TrainerError {
  const shapes = Array.from(members.values(), ({ name, shape }) => `${name} ${describeShape(shape)}`)
  const reasons = Array.from(refused, ([name, reason]) => `${name}, which is ${reason}`)
  const found = [...shapes, ...reasons].join('; ') || 'no members'
  return corrupt(path, `a member ${USUAL.images.join(', ')} with images (or --member images=NAME)`, found) as TrainerError
}
