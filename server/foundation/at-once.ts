/**
 * Calls a function with each item, with so many at the same time, begun in order.
 * @returns the results, in order of the items
 * @throws what the first call that failed threw; the others go on
 */
export async function mapAtOnce<Item, Result> (
  items: readonly Item[], most: number, call: (item: Item) => Promise<Result>
): Promise<Result[]> {
  const results = new Array<Result>(items.length)
  const rest = items.entries()
  async function work (): Promise<void> {
    // All take from the same iterator: what one has begun, no other gets.
    for (const [i, item] of rest) results[i] = await call(item)
  }
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, work))
  return results
}
