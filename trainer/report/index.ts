export type { Figure, FigureSource, TraversalSource } from './figure.js'
export { drawFigures, drawReconstructions, drawSwapSheet, drawTraversal } from './figures.js'
export { drawReport, writeReport, type DrawnReport, type Report } from './report.js'
export { describeVerdict, judge, THRESHOLDS, type Verdict } from './verdict.js'
