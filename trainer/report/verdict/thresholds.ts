/**
 * The values at which good ends and worrying begins: the only place that says so. What lies between is not mentioned.
 * Shares are 0 to 1.
 *
 * They come from the runs behind the models that ship, where they part those one would keep from those one would not;
 * they are rules of thumb, not tests.
 */
export const THRESHOLDS = {
  /** Squared error ÷ variance of the images: 0 is a perfect reconstruction, 1 what the mean image gives. */
  error: { good: 0.25, worrying: 0.5 },
  /** KL of an image, nats: a latent with less tells next to nothing. */
  kl: { worrying: 1 },
  /** Share of units that vary over images. */
  activeUnits: { good: 0.8, worrying: 0.5 },
  /** Between partitions, of samples, nats: what partitions say twice. */
  totalCorrelation: { good: 0.15, worrying: 0.5 },
  /**
   * Share of the pixel variance that changes with a partition: one with less hardly shows. A dead one has less than
   * 0.0005.
   */
  swapEffect: { worrying: 0.005 },
  /** The largest swap effect ÷ the sum of all: with more, one partition does everything. */
  dominance: { worrying: 0.95 },
  /** Deviation of a unit's posterior means; the prior's is 1. */
  deviation: { worrying: 2.5 },
  /**
   * Gap of a group of factors (R² of the best partition less that of the second best) ÷ the gap that correlated factors
   * allow.
   */
  shareOfCeiling: { good: 0.7, worrying: 0.3 },
  /** Accuracy, by a linear classifier, of the best partition ÷ that of the whole latent, above chance. */
  classShare: { good: 0.9, worrying: 0.75 },
  /** Score of a swapped partition ÷ the score that the reconstruction allows. */
  counterfactual: { good: 0.8, worrying: 0.4 },
  /** Score of an object: 1 is a perfect reconstruction, 0 a picture without it. */
  object: { good: 0.8, worrying: 0.4 },
  /** Share of the change of a swap that lies inside the partition's own thing. */
  swapInside: { worrying: 0.9 },
  /** Share of the images in which a partition is drawn on its own thing. */
  follows: { worrying: 0.8 },
  /** Inside the box of a thing: 1 is a perfect reconstruction, 0 what the background alone would be. */
  ownThing: { worrying: 0.5 },
  /** Share of a partition's variance that another one tells; and by how much more than their things' places do. */
  dependence: { worrying: 0.9 },
  dependenceBeyondPlaces: { worrying: 0.2 },
  /** Share of what moves before the background that nobody draws. */
  unexplained: { good: 0.02, worrying: 0.05 },
  /** FG-ARI against true masks: 0 is chance, 1 a thing a segment. */
  fgAri: { good: 0.9, worrying: 0.6 },
  /** Images: fewer make every number rough. */
  images: { worrying: 100 },
} as const
