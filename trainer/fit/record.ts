import { Compile, Type, type Static } from '@partition-vae/models/typebox'

/** Averages per image over one pass of a split, losses in nats. */
export const EpochAveragesSchema = Type.Object({
  loss: Type.Number({ description: 'reconstruction + β · KL, with the β in force, and in training the terms' }),
  reconstruction: Type.Number({ description: '−log p(x|z)' }),
  kl: Type.Number({ description: 'Sum over all partitions' }),
  klByPartition: Type.Record(Type.String(), Type.Number(), { description: 'By partition name' }),
  klByUnit: Type.Optional(Type.Array(Type.Number(), { description: '[D], partitions in card order' })),
  mse: Type.Number({ description: 'Squared error of a pixel element at full resolution' }),
  terms: Type.Optional(
    Type.Record(Type.String(), Type.Number(), {
      description: 'What the loss has beside reconstruction and KL, by name, as weighted there',
    })
  ),
})
export type EpochAverages = Static<typeof EpochAveragesSchema>

/** What is measured of the test images after an epoch. Logs of earlier versions have only the averages. */
export const TestAveragesSchema = Type.Object({
  ...EpochAveragesSchema.properties,
  activeUnits: Type.Optional(
    Type.Integer({ minimum: 0, description: 'Units whose posterior mean varies by more than 0.01 over images' })
  ),
  deadPartitions: Type.Optional(
    Type.Array(Type.String(), { description: 'Names of those with a KL below 0.1 nat, or a swap effect below 0.05%' })
  ),
  swapEffect: Type.Optional(
    Type.Record(Type.String(), Type.Number(), {
      description: 'By partition name: share of the pixel variance that a swap changes',
    })
  ),
  totalCorrelation: Type.Optional(
    Type.Object(
      {
        means: Type.Number({ description: 'Of the posterior means' }),
        samples: Type.Number({ description: 'Of samples from the posteriors' }),
      },
      { description: 'Gaussian total correlation between partitions, in nats' }
    )
  ),
})
export type TestAverages = Static<typeof TestAveragesSchema>

/**
 * One line of a run's `log.jsonl`, written when an epoch ends, or the run within one. Further fields are allowed and
 * kept.
 */
export const EpochRecordSchema = Type.Object({
  epoch: Type.Integer({ minimum: 1, description: 'Which epoch, counted from 1' }),
  partial: Type.Optional(
    Type.Number({
      exclusiveMinimum: 0,
      exclusiveMaximum: 1,
      description: "Share of the epoch's steps that were taken, where a run ends within it",
    })
  ),
  step: Type.Integer({ minimum: 1, description: 'Steps taken since the run began' }),
  train: EpochAveragesSchema,
  test: Type.Optional(TestAveragesSchema),
  beta: Type.Number({ minimum: 0, description: 'β at the end of the epoch' }),
  learningRate: Type.Number({ minimum: 0 }),
  scheduled: Type.Optional(
    Type.Record(Type.String(), Type.Number(), {
      description: 'Other schedules, of the objective and of the model, at the end of the epoch, by path in the config',
    })
  ),
  imagesPerSecond: Type.Number({ minimum: 0 }),
  trainedSeconds: Type.Optional(
    Type.Number({ minimum: 0, description: 'Wall time spent in training steps since the run began' })
  ),
})
export type EpochRecord = Static<typeof EpochRecordSchema>

const epochRecord = Compile(EpochRecordSchema)

/**
 * The epoch records of a log, by epoch. Lines of other kinds are passed over, and so is a line torn by a kill. Where an
 * epoch was run again after a resume, its later record counts.
 */
export function parseEpochRecords (log: string): EpochRecord[] {
  const byEpoch = new Map<number, EpochRecord>()
  for (const line of log.split('\n')) {
    let record: unknown
    try {
      record = JSON.parse(line)
    } catch {
      continue
    }
    if (epochRecord.Check(record)) byEpoch.set(record.epoch, record)
  }
  return [...byEpoch.values()].sort((a, b) => a.epoch - b.epoch)
}
