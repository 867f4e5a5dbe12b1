import t from 'tap'
import { compileKernel, KERNEL_PAGE, type KernelMemory } from '../../../models/foundation/web-assembly.js'

/** `(module (memory (export "memory") 1) (func (export "twice") (param i32) (result i32) …))`, written by hand. */
const TWICE = Buffer.from([
  0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, // magic, version
  0x01, 0x06, 0x01, 0x60, 0x01, 0x7f, 0x01, 0x7f, // types: i32 → i32
  0x03, 0x02, 0x01, 0x00, // functions: one of that type
  0x05, 0x03, 0x01, 0x00, 0x01, // memories: one page
  0x07, 0x12, 0x02, // exports
  0x06, 0x6d, 0x65, 0x6d, 0x6f, 0x72, 0x79, 0x02, 0x00,
  0x05, 0x74, 0x77, 0x69, 0x63, 0x65, 0x00, 0x00,
  0x0a, 0x09, 0x01, 0x07, 0x00, 0x20, 0x00, 0x41, 0x02, 0x6c, 0x0b, // code: x · 2
]).toString('base64')

t.test('each instance has a memory of its own', async t => {
  const instantiate = compileKernel<{ memory: KernelMemory, twice: (value: number) => number }>(TWICE)
  const [one, other] = [instantiate(), instantiate()]
  t.equal(one.twice(21), 42)
  t.equal(one.memory.buffer.byteLength, KERNEL_PAGE)
  one.memory.grow(2)
  t.equal(one.memory.buffer.byteLength, 3 * KERNEL_PAGE)
  new Uint8Array(one.memory.buffer)[7] = 1
  t.equal(new Uint8Array(other.memory.buffer)[7], 0)
  t.equal(other.memory.buffer.byteLength, KERNEL_PAGE)
})

t.test('bytes that are no kernel', async t => {
  t.throws(() => compileKernel('AAAA'), { name: 'CompileError' })
})
