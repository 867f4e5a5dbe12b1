import { Value, type TSchema } from '@partition-vae/models/typebox'
import { didYouMean } from '@partition-vae/models'
import { invalid } from '../../config/invalid.js'
import type { Override } from '../../config/overrides.js'
import { analysisOf, withOverrides, type ConfigRequest } from '../../config/request.js'
import { resolveRequest } from '../../config/resolve-request.js'
import { runConfigSchemas, type RunConfig } from '../../config/schema.js'
import { createRandom } from '../../random/index.js'
import { sampleUniformly } from '../sample/random.js'
import type { Drawn, Space } from './groups.js'
import { lastOf, valueOf, type NumericParameter, type Parameter } from './parameter.js'
import { isNumeric, nodesAt, pathsOf, type SchemaNode } from './schema-paths.js'

/** What a study sets by itself, or gives no other result. */
const TAKEN: Readonly<Record<string, string>> = {
  name: 'name, which --name sets for all trials',
  description: 'description, which changes no result',
  seed: 'seed, which --seed sets and --seeds repeats',
}

/** How many configs of a space are resolved before any is trained. */
const DRAWS = 32

/**
 * Checks a space against the schema of the configs that it changes, and that what is drawn from it makes configs.
 * @param config what the request gives without the space
 * @throws TrainerError PVAE_CONFIG_INVALID: a path that is not there, a type that is another, a range beyond the bounds
 */
export function checkSpace (space: Space, request: ConfigRequest, config: RunConfig): void {
  // What the images decide is layered, as soon as they have been looked at.
  const architecture = analysisOf(request) === 'always' ? 'layered' : config.model.architecture
  const schema = runConfigSchemas[architecture] as SchemaNode
  for (const [path, parameter] of Object.entries(space)) {
    const taken = TAKEN[path]
    if (taken !== undefined) throw invalid('the search space', 'fields that change the result', taken)
    const nodes = nodesAt(schema, path)
    if (nodes.length === 0) {
      const found = `${path}${didYouMean(path, pathsOf(schema))}`
      throw invalid('the search space', `paths of a config whose model is ${architecture}`, found)
    }
    if (parameter.type === 'choice') checkChoices(path, parameter.choices, nodes)
    else checkRange(path, parameter, nodes)
  }
  checkDraws(space, request)
}

function checkChoices (path: string, choices: readonly unknown[], nodes: readonly SchemaNode[]): void {
  for (const choice of choices) {
    const fits = (node: TSchema) => Value.Check(node, Value.Default(node, structuredClone(choice)))
    if (nodes.some(node => fits(node as TSchema))) continue
    throw invalid(`${path}: choices`, describeNodes(nodes), JSON.stringify(choice))
  }
}

function checkRange (path: string, parameter: NumericParameter, nodes: readonly SchemaNode[]): void {
  const numeric = nodes.filter(isNumeric)
  const { type, low } = parameter
  if (numeric.length === 0) throw invalid(path, describeNodes(nodes), `a parameter of type ${type}`)
  const fitting = numeric.filter(node => type === 'int' || node.type === 'number')
  if (fitting.length === 0) throw invalid(path, 'a parameter of type int, since it is an integer,', `type ${type}`)
  for (const [end, value] of Object.entries({ low, high: lastOf(parameter) })) {
    if (fitting.some(node => Value.Check(node as TSchema, value))) continue
    throw invalid(`${path}: ${end}`, describeNodes(fitting), String(value))
  }
}

/** Refuses a space from which configs are drawn whose parts contradict each other. */
function checkDraws (space: Space, request: ConfigRequest): void {
  for (let draw = 0; draw < DRAWS; draw++) {
    const overrides = overridesOf(space, sampleUniformly(space, createRandom(draw, 'check')))
    try {
      resolveRequest(withOverrides(request, ...overrides))
    } catch (error) {
      const drawn = overrides.map(([path, value]) => `${path}=${JSON.stringify(value)}`).join(' ')
      throw invalid('the search space', 'parameters that go together', `${drawn}, of which the config says: ` +
        (error as Error).message, { cause: error })
    }
  }
}

/** What was drawn as changes to the config, short paths first: a field inside an object that is chosen comes later. */
export function overridesOf (space: Space, drawn: Drawn): Override[] {
  return Object.entries(drawn)
    .map(([path, value]): Override => [path, valueOf(space[path] as Parameter, value)])
    .sort(([a], [b]) => a.split('.').length - b.split('.').length)
}

function describeNodes (nodes: readonly SchemaNode[]): string {
  return nodes.map(node => {
    if (node.const !== undefined) return JSON.stringify(node.const)
    if (isNumeric(node)) return `${node.type === 'integer' ? 'an integer' : 'a number'}${describeBounds(node)}`
    return node.type === undefined ? 'another value' : OF_TYPE[node.type] ?? `a ${node.type}`
  }).join(' or ')
}

const OF_TYPE: Readonly<Record<string, string>> = {
  object: 'an object',
  array: 'a list',
  string: 'text',
  null: 'null',
}

function describeBounds ({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: SchemaNode): string {
  const bounds = [
    [minimum, 'of at least'], [exclusiveMinimum, 'above'], [maximum, 'of at most'], [exclusiveMaximum, 'below'],
  ] as const
  const parts = bounds.flatMap(([bound, words]) => bound === undefined ? [] : [`${words} ${bound}`])
  return parts.length === 0 ? '' : ` ${parts.join(' and ')}`
}
