/** Published models on ONNX Runtime: what the service and `pvae encode` share. */
export * from './graphs.js'
export { shareWeights } from './share-weights.js'
export { cudaProblem, type ExecutionProvider, type ProviderPreference, type Tensors } from './session.js'
