/** Loads the kernels in WebAssembly: as much of the platform's interface as is used, which Node's types leave out. */

export interface KernelMemory {
  readonly buffer: ArrayBuffer
  readonly grow: (pages: number) => number
}

interface Platform {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object) => { readonly exports: unknown }
}
const { Module, Instance } = (globalThis as unknown as { readonly WebAssembly: Platform }).WebAssembly

/** Bytes of a page of memory. */
export const KERNEL_PAGE = 2 ** 16
/** The bytes that 32 bits can address. */
export const ADDRESSABLE = 2 ** 32

/**
 * Compiles a kernel once.
 * @param base64 its bytes
 * @returns makes an instance of it, with a memory of its own
 */
export function compileKernel<Exports> (base64: string): () => Exports {
  const module = new Module(Uint8Array.from(atob(base64), letter => letter.charCodeAt(0)))
  return () => new Instance(module).exports as Exports
}
