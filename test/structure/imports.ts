import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import ts from 'typescript'
import { resolveImport } from './resolve.js'

/** The packages whose sources are looked at. */
export const PACKAGES = ['models', 'collections', 'trainer', 'server', 'client'] as const

export interface Import {
  /** Paths from the root. */
  readonly from: string
  readonly to: string
  /** Whether it is gone once types are erased. */
  readonly isType: boolean
}

/**
 * Lists the TypeScript files under a folder of `root`, by their paths from there: no builds, no packages, no
 * declarations.
 */
export function sourcesUnder (root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && /\.tsx?$/.test(entry.name) && !entry.name.endsWith('.d.ts'))
    .map(entry => relative(root, join(entry.parentPath, entry.name)))
    .filter(file => !/(^|\/)(dist|node_modules)\//.test(file))
    .sort()
}

/** Lists what a file imports, as it writes it, dynamic imports too. */
export function specifiersOf (root: string, file: string): string[] {
  return ts.preProcessFile(readFileSync(join(root, file), 'utf8')).importedFiles.map(({ fileName }) => fileName)
}

/** Lists the imports and re-exports between files of ours that a file has at its top. */
export function importsOf (root: string, file: string): Import[] {
  const { statements } = ts.createSourceFile(file, readFileSync(join(root, file), 'utf8'), ts.ScriptTarget.Latest)
  return statements.flatMap(statement => {
    if (!ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement)) return []
    const { moduleSpecifier } = statement
    if (moduleSpecifier === undefined || !ts.isStringLiteral(moduleSpecifier)) return []
    const to = resolveImport(file, moduleSpecifier.text)
    return to === undefined ? [] : [{ from: file, to, isType: isErased(statement) }]
  })
}

function isErased (statement: ts.ImportDeclaration | ts.ExportDeclaration): boolean {
  if (ts.isExportDeclaration(statement)) return statement.isTypeOnly
  const { importClause } = statement
  if (importClause === undefined) return false
  if (importClause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true
  const { name, namedBindings } = importClause
  if (name !== undefined || namedBindings === undefined || !ts.isNamedImports(namedBindings)) return false
  return namedBindings.elements.length > 0 && namedBindings.elements.every(({ isTypeOnly }) => isTypeOnly)
}

/**
 * Finds the circles of a graph: its strongly connected components of more than one node (Tarjan 1972, "Depth-first
 * search and linear graph algorithms").
 */
export function findCircles (arrows: ReadonlyArray<Pick<Import, 'from' | 'to'>>): string[][] {
  const targets = new Map<string, string[]>()
  for (const { from, to } of arrows) targets.set(from, [...targets.get(from) ?? [], to])
  const order = new Map<string, number>()
  const lowest = new Map<string, number>()
  const path: string[] = []
  const circles: string[][] = []
  const visit = (node: string): void => {
    order.set(node, order.size)
    lowest.set(node, order.get(node)!)
    path.push(node)
    for (const next of targets.get(node) ?? []) {
      if (!order.has(next)) visit(next)
      if (path.includes(next)) lowest.set(node, Math.min(lowest.get(node)!, lowest.get(next)!))
    }
    if (lowest.get(node) !== order.get(node)) return
    const members = path.splice(path.indexOf(node))
    if (members.length > 1) circles.push(members.sort())
  }
  for (const node of targets.keys()) if (!order.has(node)) visit(node)
  return circles
}

/** Tells a file's package and room; a loose file of a package has the room `''`. */
export function roomOf (file: string): { readonly name: string, readonly room: string } {
  const [name, room, ...rest] = file.split('/')
  return { name: name!, room: rest.length === 0 ? '' : room! }
}

/** Lists the imports that climb: from a room of a package to one after it in `rooms`, or to a loose file on top. */
export function findClimbs (imports: readonly Import[], rooms: Readonly<Record<string, readonly string[]>>): Import[] {
  const heightOf = (file: string): number => {
    const { name, room } = roomOf(file)
    return room === '' ? rooms[name]!.length : rooms[name]!.indexOf(room)
  }
  return imports.filter(({ from, to }) => roomOf(from).name === roomOf(to).name && heightOf(to) > heightOf(from))
}
