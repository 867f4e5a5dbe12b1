import t from 'tap'
import { summarize } from '../../../trainer/profile/summary.js'
import { describeProfile, operationsCsv } from '../../../trainer/profile/table.js'
import { threeSteps } from './profile-fixture.js'

t.test('medians over the steps, and sums of them', async t => {
  const { steps, milliseconds, byOperation, byKernel, byLayer, byPass } = summarize(threeSteps)
  t.equal(steps, 3)
  t.strictSame(milliseconds, { step: 4, execution: 3, operations: 2.5 })
  // 2·100·1000·10 in 2 ms
  t.match(byOperation[0], { key: 'product', calls: 1, milliseconds: 2, share: 0.8, gigaflops: 1 })
  t.strictSame(
    byOperation.slice(1).map(({ key, gigaflops }) => [key, gigaflops]),
    [
      ['sum', undefined],
      ['inserted', undefined],
    ]
  )
  const backwards = threeSteps.map(run => ({ ...run, operations: run.operations.toReversed() }))
  t.strictSame(summarize(backwards).byOperation[0], byOperation[0], 'longest first, not as they ran')
  const rows = (all: typeof byKernel) => all.map(({ key, milliseconds }) => [key, milliseconds])
  t.strictSame(rows(byKernel), [['BatchMatMul', 2], ['Add', 0.25], ['(Transpose)', 0.25]])
  t.strictSame(rows(byLayer), [['encoder/hidden0 forward', 2], ['encoder/hidden0 backward', 0.25], ['(none)', 0.25]])
  t.strictSame(rows(byPass), [['forward', 2], ['backward', 0.25], ['(none)', 0.25]])
})

t.test('what the engine does with the results counts as part of the step', async t => {
  const update = {
    ...threeSteps[0]!.operations[1]!, name: 'update', operator: 'Adam', kernel: 'Adam', layer: '', pass: 'update',
  } as const
  const summary = summarize(threeSteps.map(run => ({ ...run, update })))
  t.strictSame(summary.milliseconds, { step: 4.25, execution: 3.25, operations: 2.75 })
  t.match(summary.byPass.find(({ key }) => key === 'update'), { calls: 1, milliseconds: 0.25 })
})

t.test('an operation that a step runs twice', async t => {
  const [run] = threeSteps
  const { byOperation } = summarize([{ ...run!, operations: [run!.operations[0]!, run!.operations[0]!] }])
  t.match(byOperation, [{ calls: 2, milliseconds: 4, gigaflops: 1 }])
})

t.test('the table and the CSV', async t => {
  const text = describeProfile(summarize(threeSteps), { rows: 2 })
  t.match(
    text,
    /^3 steps, medians: 4\.00 ms a step, of which operations 2\.50, between them 0\.50, copies in and out 1\.00/
  )
  t.match(
    text,
    /The costliest of 3 operations:\nms\/step {2}share {2}calls {2}GFLOP\/s {2}operator {2}kernel {7}layer {12}pass {6}output\n {2}2\.000 {2}80\.0% {6}1 {6}1\.0 {2}Gemm/
  )
  t.notMatch(text, /inserted|Transpose/, 'only the first two')
  t.equal(operationsCsv(summarize(threeSteps)), [
    'node,operator,kernel,layer,pass,output,inputs,calls_per_step,ms_per_step,share,gflops',
    'product,Gemm,BatchMatMul,encoder/hidden0,forward,100×10,100×1000 1000×10,1,2.000000,0.800000,1.000',
    'sum,Add,Add,encoder/hidden0,backward,2×3,2×3,1,0.250000,0.100000,',
    'inserted,Transpose,,,,3×2,2×3,1,0.250000,0.100000,',
  ].map(line => `${line}\r\n`).join(''))
})

t.test('a name with commas and quotes stays one field', async t => {
  const [run] = threeSteps
  t.match(
    operationsCsv(summarize([{ ...run!, operations: [{ ...run!.operations[0]!, layer: 'a,"b"', outputs: [[]] }] }])),
    /,"a,""b""",forward,scalar,/
  )
})
