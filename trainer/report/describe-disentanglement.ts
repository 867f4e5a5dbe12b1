import type { CounterfactualScore } from '../measure/disentanglement/counterfactual.js'
import type { Disentanglement } from '../measure/disentanglement/schema.js'

const short = (value: number, digits = 2) => value.toFixed(digits).replace(/^(-?)0\./, '$1.')
/** Errors with a digit more than what they belong to: they are small. */
const error = (value: number) => `±${short(value, 3)}`

/**
 * The partition × factor group matrix and the scores beside it, as plain text for a terminal: a `*` marks the partition
 * assigned to the group.
 */
export function describeDisentanglement (
  {
    groups,
    withinClasses,
    partitions,
    units,
    control,
    ceiling,
    standardErrors,
    totalCorrelation,
    discrete,
    explained,
    images,
    heldOut,
  }: Disentanglement,
  counterfactual?: CounterfactualScore
): string {
  const { matrix, partitions: names, groups: columns, best, gap, assignment } = groups
  const rows = [
    ['R²', ...columns],
    ...names.map((name, p) => [
      name,
      ...columns.map((group, g) => short(matrix[p]![g]!) + (assignment[group]?.partition === name ? '*' : '')),
    ]),
    ['best', ...columns.map(group => short(best[group]!))],
    ['gap', ...columns.map(group => short(gap[group]!) + error(standardErrors.gap[group]!))],
    ...(ceiling === undefined ? [] : [['ceiling', ...columns.map(group => short(ceiling.gap[group]!))]]),
    ...(counterfactual === undefined
      ? []
      : [['counterfactual', ...columns.map(group => short(counterfactual.best[group]!))]]),
    ...(counterfactual?.attainable === undefined
      ? []
      : [['attainable', ...columns.map(group => short(counterfactual.attainable![group]!))]]),
  ]
  const byClass =
    withinClasses === undefined
      ? []
      : [
          table([
            ['R² within classes', ...Object.keys(withinClasses.explained)],
            ...names.map((name, p) => [
              name,
              ...Object.values(withinClasses.explained).map(values => short(values[p]!)),
            ]),
            ['from the class alone', ...Object.values(withinClasses.fromClass).map(value => short(value))],
          ]),
        ]
  const explainedNames = Object.keys(explained)
  const within = Object.entries(totalCorrelation.within)
    .map(([name, value]) => `${name} ${short(value)}`)
    .join(', ')
  return [
    table(rows),
    `mean R² ${short(groups.meanBest)}, mean gap ${short(groups.meanGap)}${error(standardErrors.meanGap)}` +
      (ceiling === undefined ? '' : ` of ${short(ceiling.meanGap)}`) +
      (control === undefined
        ? ''
        : `; random partitions ${short(control.meanBest.mean)}, ` +
          `${short(control.meanGap.mean)}${error(control.meanGap.deviation)}`) +
      (counterfactual === undefined ? '' : `; counterfactual score ${short(counterfactual.meanBest)}`),
    ...byClass,
    table([
      ['', 'MIG', 'DCI D', 'DCI C', 'SAP', 'modularity', 'FactorVAE', 'BetaVAE', 'IRS', 'InfoM', 'InfoC', 'InfoE'],
      ...Object.entries<Partial<Disentanglement['units']>>({ partitions, units }).map(([level, scores]) => [
        `by ${level === 'units' ? 'unit' : 'partition'}`,
        ...[
          scores.mig, scores.disentanglement, scores.completeness, scores.sap, scores.modularity, scores.factorVae,
          scores.betaVae, scores.irs, scores.infoM, scores.infoC, scores.infoE,
        ].map(value => value === undefined ? '–' : short(value)),
      ]),
      ...(units.factorVaeChance === undefined
        ? []
        : [['by chance', '', '', '', '', '', short(units.factorVaeChance), short(units.factorVaeChance)]]),
    ]),
    `${methodsOf(discrete, explainedNames.length)}`,
    `total correlation between partitions, of the means of active units, ${short(totalCorrelation.between)} nats; ` +
      'within: ' +
      `${within}`,
    `${images} images, R² on ${heldOut} held out`,
  ].join('\n')
}

/** Says how the measures of the literature took the factors. */
function methodsOf (discrete: readonly string[] | undefined, factors: number): string {
  if (discrete === undefined) return 'factors binned; SAP and DCI by regression'
  const classified = `${discrete.length} of ${factors} factors as they are, SAP and DCI by classification`
  return discrete.length === factors
    ? 'factors as they are; SAP and DCI by classification'
    : discrete.length === 0 ? 'factors binned; SAP and DCI by regression' : `${classified}; others binned, by regression`
}

/** Columns padded to a common width, the first to the left and numbers to the right. */
function table (rows: ReadonlyArray<readonly string[]>): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map(row => row[column]?.length ?? 0)))
  return rows
    .map(row =>
      row
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!)))
        .join('  ')
        .trimEnd()
    )
    .join('\n')
}
