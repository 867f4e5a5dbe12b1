import t from 'tap'
import { chooseDevice, DEVICES, examineDevice } from '../../../trainer/engine/devices.js'
import { createRuntimeSession } from '../../../trainer/engine/runtime.js'

t.test('the CPU computes; what does not work says why and what it takes', async t => {
  t.strictSame(await examineDevice('cpu'), { device: 'cpu', usable: true })
  for (const device of DEVICES) {
    const report = await examineDevice(device)
    if (!report.usable) t.match(report.reason, /^(?!\/)[^\n]+; it needs a/, `${device}: ${report.reason}`)
  }
})

t.test('a device that computes something else is not trusted', async t => {
  const report = await examineDevice('webgpu', async (model, options) => {
    const session = await createRuntimeSession(model, { ...options, provider: 'cpu' })
    return {
      ...session,
      async run (inputs) {
        const { y } = await session.run(inputs)
        return { y: { ...y!, values: y!.values.with(5, 7) } }
      },
    }
  })
  t.match(report, { device: 'webgpu', usable: false, reason: /^its product of two matrices was off by \d/ })
})

t.test('auto takes CUDA where it works, else the CPU, and says why', async t => {
  const examine = (usable: boolean) => async (device: (typeof DEVICES)[number]) =>
    usable ? { device, usable } : { device, usable, reason: 'no library; it needs one' }
  t.strictSame(await chooseDevice('auto', examine(true)), { device: 'cuda' })
  t.strictSame(await chooseDevice('auto', examine(false)), {
    device: 'cpu',
    note: 'the CPU, since CUDA does not work here (no library)',
  })
  t.strictSame(await chooseDevice('webgpu', examine(true)), { device: 'webgpu' })
  t.strictSame(
    await chooseDevice('cpu', () => {
      throw new Error('expected the CPU not to be examined')
    }),
    { device: 'cpu' }
  )
  await t.rejects(chooseDevice('webgpu', examine(false)), {
    code: 'PVAE_ENGINE_UNAVAILABLE',
    message: 'expected webgpu to work for --device but found no library; it needs one',
  })
})
