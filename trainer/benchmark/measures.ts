/** The columns of a benchmark: numbers of `metrics.json`, measured alike of all models. */

export interface Measure {
  readonly name: string
  /** Dotted path in `metrics.json`; absent where only publications have it. */
  readonly path?: string
  readonly digits: number
  /** What it says, for people who know the field. */
  readonly meaning: string
  /** Shown in a chart, and at the terminal. */
  readonly isHeadline?: true
}

const unit = 'disentanglement.units.'

export const MEASURES: readonly Measure[] = [
  {
    name: 'FG-ARI',
    path: 'segmentation.fgAri',
    digits: 3,
    meaning: 'adjusted Rand index of the segments over the pixels of true things',
    isHeadline: true,
  },
  { name: 'ARI', path: 'segmentation.ari', digits: 3, meaning: 'the same over all pixels, the background a segment' },
  { name: 'mean IoU', path: 'segmentation.meanIou', digits: 3, meaning: 'of each thing with its segment' },
  {
    name: 'count right',
    path: 'segmentation.countRight',
    digits: 3,
    meaning: 'share of the images with as many segments as things',
    isHeadline: true,
  },
  { name: 'F1', path: 'segmentation.detection.f1', digits: 3, meaning: 'of detections of things' },
  {
    name: 'ring error',
    path: 'segmentation.mseOnRing',
    digits: 5,
    meaning: 'squared error on the background within two pixels of a thing, where halos are',
  },
  {
    name: 'class accuracy',
    path: 'segmentation.thingClasses.accuracy',
    digits: 3,
    meaning: 'share of things whose class is told, by clusters of the forms of slots',
  },
  {
    name: 'MIG',
    path: `${unit}mig`,
    digits: 3,
    meaning: 'mutual information gap of single units',
    isHeadline: true,
  },
  {
    name: 'DCI',
    path: `${unit}disentanglement`,
    digits: 3,
    meaning: 'disentanglement of single units by the importance of boosted trees',
    isHeadline: true,
  },
  { name: 'completeness', path: `${unit}completeness`, digits: 3, meaning: 'DCI completeness of single units' },
  { name: 'informativeness', path: `${unit}informativeness`, digits: 3, meaning: 'DCI informativeness' },
  { name: 'FactorVAE', path: `${unit}factorVae`, digits: 3, meaning: 'FactorVAE score of single units' },
  { name: 'BetaVAE', path: `${unit}betaVae`, digits: 3, meaning: 'BetaVAE score of single units' },
  { name: 'SAP', path: `${unit}sap`, digits: 3, meaning: 'separated attribute predictability of single units' },
  { name: 'modularity', path: `${unit}modularity`, digits: 3, meaning: 'of single units' },
  { name: 'IRS', path: `${unit}irs`, digits: 3, meaning: 'interventional robustness score of single units' },
  { name: 'InfoM', path: `${unit}infoM`, digits: 3, meaning: 'InfoMEC modularity' },
  { name: 'InfoC', path: `${unit}infoC`, digits: 3, meaning: 'InfoMEC compactness' },
  { name: 'InfoE', path: `${unit}infoE`, digits: 3, meaning: 'InfoMEC explicitness' },
  {
    name: 'mean gap',
    path: 'disentanglement.groups.meanGap',
    digits: 3,
    meaning: 'R² of a group of factors from the best partition minus that from the second best',
    isHeadline: true,
  },
  {
    name: 'classes told',
    path: 'classification.nearestNeighbours.all',
    digits: 3,
    meaning: 'accuracy of nearest neighbours in the whole latent',
    isHeadline: true,
  },
  { name: 'squared error', path: 'mse', digits: 5, meaning: 'of a pixel element of the reconstruction' },
  { name: 'KL', path: 'kl', digits: 1, meaning: 'nats of an image' },
  {
    name: 'total correlation',
    path: 'totalCorrelation.means',
    digits: 3,
    meaning: 'nats, Gaussian, between partitions, of the posterior means',
  },
  { name: 'active units', path: 'activeUnits', digits: 0, meaning: 'units whose mean varies over the images' },
]
