/** The measures of the literature, at the level of units and at that of partitions. */
import { NotMeasurable, reasonOf } from '../not-measured.js'
import { begin, workHere, type Work } from '../work/job.js'
import { ACTIVE_UNIT_VARIANCE } from '../metrics-schema.js'
import { scoreBetaVae } from './beta-vae-score.js'
import { dciScores } from './dci.js'
import { factorVae, sharing, type VoteOptions } from './factor-votes.js'
import { record } from './group-scores.js'
import { infoMec } from './infomec.js'
import { overBlocks, overGroups, relative, type Information } from './information.js'
import { interventionalRobustness } from './interventional-robustness.js'
import { mutualInformationGap } from './mig.js'
import { modularity } from './modularity.js'
import { selectNumbers } from './numbered-values.js'
import { meanOf, selectRows, type Block, type Split } from './representation.js'
import type { SapScores } from './sap.js'
import type { TreeImportance } from './tree-importance.js'

/** What all scores are taken of. */
export interface LiteratureOptions extends VoteOptions {
  readonly split: Split
  /** Fails where trees can't be grown of all factors. */
  readonly trees: Promise<TreeImportance>
  /** Default: this thread. */
  readonly work?: Work | undefined
}

/** The scores of a level that others are made from. */
export interface LevelInputs {
  /** The level's codes: units, or partitions. */
  readonly blocks: readonly Block[]
  readonly information: Information
  readonly sap: SapScores
}

/** Where one partition holds more of all that is known, nothing can be told between partitions. */
const ALL = 0.95

const NONE_ACTIVE =
  `expected a unit whose mean varies over the images by more than ${ACTIVE_UNIT_VARIANCE} but found none`

/** Tells whether every unit rests at the prior, whatever it is shown. */
const isSilent = ({ variance }: Pick<LiteratureOptions, 'variance'>): boolean =>
  Array.from(variance).every(value => value <= ACTIVE_UNIT_VARIANCE)

/** MIG and SAP, which say 0 of units that say nothing. */
function gaps (options: LiteratureOptions, { information, sap }: LevelInputs) {
  const { names } = options.factors
  const mig = mutualInformationGap(information.information, information.entropy)
  if (isSilent(options)) {
    const zeros = record(names, names.map(() => 0))
    return { mig: 0, migByFactor: zeros, sap: 0, sapByFactor: zeros }
  }
  return {
    mig: mig.mean,
    migByFactor: record(names, mig.byFactor),
    sap: sap.mean,
    sapByFactor: record(names, sap.byFactor),
  }
}

/** Scores single units against single factors. What threads do for it is begun before its inputs are there. */
export async function scoreUnits (options: LiteratureOptions, awaited: Promise<LevelInputs>) {
  const { means, factors: { names }, numbers, split, trees, seed, votes, work = workHere() } = options
  if (isSilent(options)) {
    options.onLeftOut('', NONE_ACTIVE)
    return { ...gaps(options, await awaited), informativeness: 0 }
  }
  const attempt = attempting(options)
  const discrete = names.map((_, k) => k).filter(k => numbers[k]!.values !== undefined)
  const sets = names.map((_, k) => [k])
  const shared = sharing(options, sets)
  const betaVae = shared && begin(
    work.run(scoreBetaVae, { means, shared: shared.map(({ rows }) => rows), seed, points: votes })
  )
  const learnt = selectNumbers(discrete.map(k => numbers[k]!), split.train)
  const infoMecs = discrete.length === 0
    ? undefined
    : begin(infoMec(selectRows(means, split.train), learnt, work))
  const inputs = await awaited
  return {
    ...gaps(options, inputs),
    ...(await attempt('informativeness', async () => ({ informativeness: meanOf((await trees).informativeness) }))),
    ...(await attempt('modularity', () => ({ modularity: modularity(needSeveral(inputs.information.information)) }))),
    ...(await attempt('disentanglement', async () => {
      const { importance } = await trees
      return { disentanglement: dciScores(needSeveral(importance)).disentanglement }
    })),
    ...(await attempt('completeness', async () => {
      const { importance } = await trees
      return { completeness: needCodes(dciScores(importance).completeness, inputs.blocks) }
    })),
    irs: interventionalRobustness(means, numbers),
    ...(await attempt('factorVae', async () => await factorVae(options, inputs.blocks, sets, shared))),
    ...(betaVae === undefined ? {} : await attempt('betaVae', async () => ({ betaVae: await betaVae }))),
    ...(infoMecs === undefined
      ? {}
      : await attempt('infoMec', async () => {
        const { infoM, infoC, infoE } = await infoMecs
        return {
          ...(infoM !== undefined && { infoM }),
          ...(infoC !== undefined && { infoC }),
          infoE,
        }
      })),
  }
}

/** Scores partitions: MIG and SAP against single factors, all else against groups of them. */
export async function scorePartitions (options: LiteratureOptions, inputs: LevelInputs) {
  const { factors: { groups }, trees } = options
  if (isSilent(options)) {
    options.onLeftOut('', NONE_ACTIVE)
    return gaps(options, inputs)
  }
  const attempt = attempting(options)
  const importanceOf = async () => overGroups(overBlocks((await trees).importance, inputs.blocks), groups)
  const sets = Object.values(groups)
  const shared = sharing(options, sets)
  return {
    ...gaps(options, inputs),
    ...(await attempt('modularity', () => ({
      modularity: modularity(needSeveral(overGroups(relative(inputs.information), groups))),
    }))),
    ...(await attempt('disentanglement', async () => {
      const importance = needSeveral(await importanceOf())
      const sums = importance.map(row => row.reduce((sum, value) => sum + value, 0))
      const share = Math.max(...sums) / sums.reduce((sum, value) => sum + value, 0)
      if (share > ALL) {
        throw new NotMeasurable(
          `expected what is known to be in several partitions but found ${Math.round(100 * share)}% of it in ` +
            `${inputs.blocks[sums.indexOf(Math.max(...sums))]!.name}: one that holds all factors has a ` +
            'disentanglement near 0 by definition'
        )
      }
      return { disentanglement: dciScores(importance).disentanglement }
    })),
    ...(await attempt('completeness', async () => ({
      completeness: needCodes(dciScores(await importanceOf()).completeness, inputs.blocks),
    }))),
    ...(await attempt('factorVae', async () => await factorVae(options, inputs.blocks, sets, shared))),
  }
}

/** Takes a score, or leaves it out with the reason. */
function attempting (options: LiteratureOptions) {
  return async <T extends object>(name: string, take: () => T | Promise<T>): Promise<Partial<T>> => {
    try {
      return await take()
    } catch (error) {
      // An interruption is no reason to leave anything out.
      await options.pace?.()
      options.onLeftOut(name, reasonOf(error))
      return {}
    }
  }
}

/** @throws NotMeasurable for a single factor, or group: it can't be confused with another */
function needSeveral<T extends ReadonlyArray<readonly number[]>> (matrix: T): T {
  if (matrix[0]!.length < 2) {
    throw new NotMeasurable('expected at least 2 factors, or groups, that could be confused but found 1')
  }
  return matrix
}

function needCodes (score: number, { length }: readonly Block[]): number {
  if (length < 2) throw new NotMeasurable('expected at least 2 codes that a factor could be spread over but found 1')
  return score
}
