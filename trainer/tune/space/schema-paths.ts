/** Finds the place of a dotted path in a JSON schema. */

/** The parts of a JSON schema that the project's schemas use. */
export interface SchemaNode {
  readonly properties?: Readonly<Record<string, SchemaNode>>
  readonly patternProperties?: Readonly<Record<string, SchemaNode>>
  readonly items?: SchemaNode
  readonly anyOf?: readonly SchemaNode[]
  readonly const?: unknown
  readonly type?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
  readonly exclusiveMaximum?: number
}

/**
 * Lists what may stand at a path, one node a member of the unions on the way; none where the schema has no such path.
 * Items of a list are numbered from 0, and `length` is their number.
 */
export function nodesAt (schema: SchemaNode, path: string): SchemaNode[] {
  return path.split('.').reduce((nodes, key) => nodes.flatMap(node => childrenOf(node, key)), membersOf(schema))
}

/** A union's members, and theirs; a node that is no union is its own only member. */
function membersOf (node: SchemaNode): SchemaNode[] {
  return node.anyOf?.flatMap(membersOf) ?? [node]
}

function childrenOf ({ properties, patternProperties, items }: SchemaNode, key: string): SchemaNode[] {
  if (items !== undefined) {
    if (key === 'length') return [{ type: 'integer', minimum: 0 }]
    return /^\d+$/.test(key) ? membersOf(items) : []
  }
  const child = properties !== undefined && Object.hasOwn(properties, key)
    ? properties[key]
    : Object.entries(patternProperties ?? {}).find(([pattern]) => new RegExp(pattern).test(key))?.[1]
  return child === undefined ? [] : membersOf(child)
}

/** Lists the paths of a schema, items of lists by their first, for a person who misspelt one. */
export function pathsOf (schema: SchemaNode): string[] {
  const below = (node: SchemaNode, prefix: string): string[] => membersOf(node).flatMap(({ properties, items }) => {
    const children = items === undefined ? Object.entries(properties ?? {}) : [['0', items] as const]
    return children.flatMap(([key, child]) => [`${prefix}${key}`, ...below(child, `${prefix}${key}.`)])
  })
  return [...new Set(below(schema, ''))]
}

/** Whether a node holds numbers. */
export function isNumeric ({ type }: SchemaNode): boolean {
  return type === 'number' || type === 'integer'
}
