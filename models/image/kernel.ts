/**
 * The kernel that resamples, in WebAssembly with vectors of 128 bits. It has Pillow's bits at every size;
 * @napi-rs/image's resampling was up to 2 levels off. Decoded and resampled, a PNG of 64 × 48 takes 141 µs of CPU time
 * to 28 × 28 and 2094 by sharp, a JPEG of 100 × 75 to 64 × 64 232 and 3222; from 1280 × 720 to 160 × 96 sharp, which
 * shrinks JPEGs while it decodes, is quicker: 7.1 ms and 5.1 (`npm run bench:decode`).
 */
import { compileKernel, KERNEL_PAGE, type KernelMemory } from '../foundation/web-assembly.js'
import { KERNEL } from './kernel-wasm.js'

/** The exports of kernel.as, which describes them. Addresses and sizes are in bytes. */
export interface Kernel {
  /** All of its memory. */
  readonly memory: Uint8Array
  readonly combine: (from: number, width: number, taps: number, rows: number, stride: number, to: number) => void
  readonly turn: (from: number, width: number, to: number) => void
  readonly turnBack: (from: number, width: number, to: number) => void
}

type Exports = Omit<Kernel, 'memory'> & { readonly memory: KernelMemory }

const instantiate = compileKernel<Exports>(KERNEL)
/** Memory that is kept from one picture to the next: 16 MB. More is given back. */
const KEPT = 2 ** 24

let kept: { readonly exports: Exports, memory: Uint8Array } | undefined

/** Returns this thread's kernel, with at least so many bytes of memory, whatever they hold. */
export function loadKernel (bytes: number): Kernel {
  const instance = kept ?? create()
  const missing = Math.ceil((bytes - instance.memory.length) / KERNEL_PAGE)
  if (missing > 0) {
    instance.exports.memory.grow(missing)
    instance.memory = new Uint8Array(instance.exports.memory.buffer)
  }
  kept = instance.memory.length <= KEPT ? instance : undefined
  return { ...instance.exports, memory: instance.memory }
}

function create (): { readonly exports: Exports, memory: Uint8Array } {
  const exports = instantiate()
  return { exports, memory: new Uint8Array(exports.memory.buffer) }
}
