export { DIGIT_MOMENTS, digitMoments } from './digit-moments.js'
export { measureClassification, type ClassificationOptions, type LabelledMeans } from './measure.js'
export { ClassificationSchema, type Classification } from './schema.js'
