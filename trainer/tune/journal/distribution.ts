import { lastOf, stepOf, type Parameter } from '../space/parameter.js'

/** Writes a parameter as Optuna writes its distributions: JSON with the name of its class. */
export function distributionOf (parameter: Parameter): string {
  if (parameter.type === 'choice') {
    return JSON.stringify({
      name: 'CategoricalDistribution',
      attributes: { choices: parameter.choices.map(labelOf) },
    })
  }
  const { type, low, log = false } = parameter
  return JSON.stringify({
    name: type === 'int' ? 'IntDistribution' : 'FloatDistribution',
    attributes: { step: stepOf(parameter) ?? null, low, high: lastOf(parameter), log },
  })
}

/** A choice as Optuna can hold it: numbers, text, booleans and null are themselves, what is nested is JSON. */
function labelOf (choice: unknown): unknown {
  return typeof choice === 'object' && choice !== null ? JSON.stringify(choice) : choice
}
