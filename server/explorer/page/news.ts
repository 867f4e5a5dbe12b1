/** Notices models and versions that come while the page is open. */
import { signal } from '@preact/signals'
import { findNews, type News } from '../core/news.js'
import { chooseModel } from './opening.js'
import { listModels } from './source.js'
import { card, goTo, models } from './store.js'

/** Milliseconds between two looks, while the page is visible; and the least before focus leads to another. */
const EVERY = 30_000
const LEAST = 3000

/** What came and was not yet looked at or put aside. */
export const news = signal<News | undefined>()

let last = Date.now()

async function look (): Promise<void> {
  // Before the first list has come there is nothing to be newer than.
  if (models.peek().length === 0 || document.visibilityState === 'hidden' || Date.now() - last < LEAST) return
  last = Date.now()
  const now = await listModels().catch(() => undefined)
  if (now === undefined) return
  const came = findNews(models.peek(), now)
  models.value = now
  news.value = came.find(({ name }) => name === card.peek()?.name) ?? came[0] ?? news.peek()
}

export function startLooking (): void {
  setInterval(look, EVERY)
  addEventListener('focus', look)
  document.addEventListener('visibilitychange', look)
}

export function lookAtNews (): void {
  const { name, version } = news.peek()!
  news.value = undefined
  chooseModel(name, version)
}

/** Shows the new version beside the one before it. */
export async function compareNews (): Promise<void> {
  const { name, version, before } = news.peek()!
  news.value = undefined
  await chooseModel(name, version)
  goTo('compare', `${name}.${before}`)
}
