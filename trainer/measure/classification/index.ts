export { DIGIT_MOMENTS, digitMoments } from './digit-moments.js'
export { measureClassification, type LabelledMeans } from './measure.js'
export { ClassificationSchema } from './schema.js'
