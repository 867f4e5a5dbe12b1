/**
 * The compiler's own terms: what a trace is made of, what it is lowered to, and what lowers it. Types alone; nothing is
 * imported, so that every room of the compiler may build on them.
 */

// A traced program.

export type ElementType = 'float32' | 'int32' | 'bool'

export interface TensorType {
  readonly shape: readonly number[]
  readonly dtype: ElementType
}

/** A symbolic tensor: an input of the program, a constant it made, or an output of a recorded kernel. */
export interface TracedTensor extends TensorType {
  readonly source:
    | { readonly kind: 'input', readonly name: string }
    | { readonly kind: 'constant', readonly values: Float32Array | Int32Array | Uint8Array }
    | { readonly kind: 'kernel', readonly node: TracedNode, readonly index: number }
}

export type Attributes = Readonly<Record<string, unknown>>
export type TracedInputs = Readonly<Record<string, TracedTensor>>

/** The layer of a network, and the pass over it, that a kernel belongs to. */
export interface Place {
  /** Empty outside any layer. */
  readonly layer: string
  readonly pass: 'forward' | 'backward' | 'update'
}

export interface TracedNode {
  readonly kernel: string
  /** In the kernel's order; kernels on lists (Concat, AddN, Pack) have the keys '0', '1', … */
  readonly inputs: TracedInputs
  readonly attributes: Attributes
  readonly outputs: readonly TracedTensor[]
  readonly place: Place
}

export interface TracedProgram {
  readonly inputs: ReadonlyMap<string, TracedTensor>
  readonly outputs: ReadonlyMap<string, TracedTensor>
}

// The ONNX graph it is lowered to.

export type OnnxType = ElementType | 'int64'
export type AttributeValue =
  number | string | readonly number[] | { readonly float: number } | { readonly floats: readonly number[] }

/** The place in the program that a node of the graph was lowered from. */
export interface Origin extends Place {
  /** TensorFlow.js's name of the kernel. */
  readonly kernel: string
  /** Name of the rule that wrote the node; absent where the kernel's plain lowering did. */
  readonly rule?: string
}

/** Adds nodes and constants to a graph, and names their results. */
export interface GraphBuilder {
  /** As in LoweringContext. Only where it is known may a graph have operators of ONNX Runtime's own. */
  readonly blockSize?: number | undefined
  /** Adds a node with one result. An empty input name is an omitted optional input. */
  node(
    operator: string,
    inputs: string[],
    attributes?: Readonly<Record<string, AttributeValue>>,
    domain?: string
  ): string
  /** Adds a node with several results. */
  nodeWithOutputs(
    operator: string,
    inputs: string[],
    outputs: number,
    attributes?: Readonly<Record<string, AttributeValue>>,
    domain?: string
  ): string[]
  /**
   * Gives the second result of the `operator` that made `result`, e.g. a pool's indices; undefined if another one made
   * it.
   */
  secondOutput(result: string, operator: string): string | undefined
  /** @param key what many values are shared by, where another constant has the same ones; few are shared anyway */
  constant(values: ArrayLike<number>, shape: readonly number[], dtype: OnnxType, key?: string): string
  scalar(value: number, dtype?: OnnxType): string
  /** Adds a list of 64-bit integers, as shapes, axes and pads are given. */
  integers(values: readonly number[]): string
}

/**
 * The logical axes of a tensor in the order in which they are stored: an image batch [N, H, W, C] stored as N, C, H, W
 * has the layout '0312'. Blocked images have a layout of their own (see layout.ts).
 */
export type Layout = string

/** A tensor in the graph, in one or more layouts. */
export interface Lowered {
  /** Logical shape, as TensorFlow.js sees it. */
  readonly shape: readonly number[]
  readonly dtype: ElementType
  /**
   * Stored sizes by logical axis: the logical size, or 1 where the tensor is constant along that axis (not yet
   * broadcast).
   */
  readonly extent: readonly number[]
  /** Names of the stored tensors by layout. Empty for a uniform constant that nobody has asked for yet. */
  readonly stored: Map<Layout, string>
  /** The value, if all elements are one known constant. */
  readonly uniform?: number
}

// What lowers it.

/** The view of the graph that a kernel's lowering, or a rule, works with. */
export interface LoweringContext {
  readonly writer: GraphBuilder
  /** Channels in a block of ONNX Runtime's blocked layout; absent where graphs are to be plain ONNX. */
  readonly blockSize: number | undefined
  /** Gives the lowered form of a traced tensor; emits what it needs. */
  lowered (tensor: TracedTensor): Lowered
  /** Gives the nodes that use a tensor, dead ones not counted. A program output counts as `undefined`. */
  consumers (tensor: TracedTensor): ReadonlyArray<TracedNode | undefined>
  /**
   * Lowers a convolution or matrix product with a bias, by the rules and kernels that lower it without one.
   * @param bias name of a stored tensor [C], C the product's last axis
   */
  lowerWithBias (product: TracedNode, bias: string): Lowered
}

/** The engine's knowledge of one TensorFlow.js kernel: its result's type, and how plain ONNX says the same. */
export interface KernelDefinition {
  /** Gives shapes and types of the outputs. */
  infer (inputs: TracedInputs, attributes: Attributes): TensorType | TensorType[]
  /**
   * Emits ONNX nodes for `node`; one result for each output.
   * @param bias to add, of convolutions and matrix products alone
   */
  lower (context: LoweringContext, node: TracedNode, bias?: string): Lowered | Lowered[]
}
export type KernelDefinitions = Readonly<Record<string, KernelDefinition>>

/**
 * A rewriting rule: a better way to lower certain nodes than their kernel's plain lowering. Rules are tried in a stated
 * order, the first that matches is taken, and without any of them the graph computes the same, up to rounding.
 */
export interface RewriteRule<Match = unknown> {
  /** Kebab-case. `--without NAME` switches the rule off. */
  readonly name: string
  /** The equation of what is computed instead, and why it is better. */
  readonly equation: string
  /** The kernels that the rule can begin at: its pattern's last node. */
  readonly kernels: readonly string[]
  /**
   * Looks whether the rule applies to `node`, and finds what `rewrites` needs. May lower what `node` needs in any case.
   */
  matches (context: LoweringContext, node: TracedNode): Match | undefined
  /** Emits the result of `node`, which has one output. */
  rewrites (context: LoweringContext, node: TracedNode, match: Match, bias?: string): Lowered
}
