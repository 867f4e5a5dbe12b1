export { drawFigures, drawReconstructions, drawSwapSheet } from './figures.js'
export { drawReport, writeReport, type DrawnReport, type Report } from './report.js'
export { describeVerdict, judge } from './verdict.js'
