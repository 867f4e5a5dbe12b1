import * as tf from '@tensorflow/tfjs-core'
import { createEngine } from '../trainer/engine/create.ts'
import { createRandom } from '../trainer/random/index.ts'
const model: any = { partitions: [{name:'a',size:4},{name:'b',size:3},{name:'c',size:3}], subresolution:{factor:2,interpolation:'bilinear'}, activation:'relu',
 encoder:{blocks:[{channels:32,kernel:4,downsample:'stride'},{channels:64,kernel:4,downsample:'stride'}],hidden:[64]}, heads:{hidden:16,residual:true},
 decoder:{hidden:[64],base:32,blocks:[{channels:32,kernel:4,upsample:'transposed'}],outputKernel:3}, likelihood:{kind:'gaussian',variance:'calibrated'} }
const image={height:28,width:28,channels:1 as const}
const B=8
const o={model,objective:{beta:1,betaWarmup:.1,inputNoise:0},adam:{beta1:.9,beta2:.999,epsilon:1e-7},image,batchSize:B,seed:1}
const t0=performance.now()
const c=await createEngine({...o,kind:'compiled',threads:1}); console.log('compile',performance.now()-t0)
const e=await createEngine({...o,kind:'eager'})
const r=createRandom(5,'x')
for(let i=0;i<5;i++){ const x=Float32Array.from({length:B*784},()=>r.uniform()); const n=new Float32Array(B*10); r.fillNormal(n)
 const inp={image:x,latentNoise:n,learningRate:1e-3,beta:.5}; const a=await c.step(inp), b=await e.step(inp); console.log(a.loss,b.loss,a.mse,b.mse, a.klByUnit[0], b.klByUnit[0]) }
const A=await c.readState(),Bs=await e.readState(); let d=0; for(const g of ['weights','firstMoments','secondMoments','statistics'] as const) for(const k in A[g]){const p=A[g][k]!.values,q=Bs[g][k]!.values; for(let i=0;i<p.length;i++) {const dd=Math.abs(p[i]!-q[i]!); if(dd>d){d=dd}}} console.log('max diff',d, tf.memory().numTensors)
