/** The views of the bar. A new one is an entry here and a file in `views/`, loaded when it is first shown. */
import type { ComponentType } from 'preact'
import type { Card } from './service.js'
import { card, view } from './store.js'
import { comparableWith } from './comparable.js'
import { lazily } from './views/lazily.js'
import { Play } from './views/play.js'

export interface View {
  /** As links have it. */
  readonly name: string
  readonly title: string
  /** The key that shows it, in lower case. */
  readonly press: string
  readonly icon: 'hand' | 'mix' | 'grid' | 'map' | 'search' | 'columns' | 'page'
  readonly component: ComponentType
  /** Whether there is something to see of a model. */
  supports (card: Card): boolean
}

/** In the order of the bar: Play, Mix, Traverse, Map, Search, Compare, Report. */
const VIEWS: readonly View[] = [
  { name: 'play', title: 'Play', press: 'g', icon: 'hand', component: Play, supports: () => true },
  {
    name: 'mix',
    title: 'Mix',
    press: 'x',
    icon: 'mix',
    component: lazily(async () => (await import('./views/mix.js')).Mixing),
    supports: () => true,
  },
  {
    name: 'traverse',
    title: 'Traverse',
    press: 't',
    icon: 'grid',
    component: lazily(async () => (await import('./views/traverse.js')).Traverse),
    supports: () => true,
  },
  {
    name: 'map',
    title: 'Map',
    press: 'm',
    icon: 'map',
    component: lazily(async () => (await import('./views/map.js')).MapView),
    supports: ({ links }) => links.sample !== undefined,
  },
  {
    name: 'search',
    title: 'Search',
    press: 'f',
    icon: 'search',
    component: lazily(async () => (await import('./views/search.js')).FindAlike),
    supports: ({ links }) => links.search !== undefined,
  },
  {
    name: 'compare',
    title: 'Compare',
    press: 'v',
    icon: 'columns',
    component: lazily(async () => (await import('./views/compare.js')).Compare),
    supports: model => comparableWith(model).length > 0,
  },
  {
    name: 'report',
    title: 'Report',
    press: 'w',
    icon: 'page',
    component: lazily(async () => (await import('./views/report.js')).Report),
    supports: () => true,
  },
]

/** Lists the views that there are of the model that is shown. */
export function viewsNow (): readonly View[] {
  const model = card.value
  return VIEWS.filter(({ supports }) => model === undefined || supports(model))
}

/** Gives the view that is shown: the first where the model has none of that name. */
export function currentView (): View {
  const views = viewsNow()
  return views.find(({ name }) => name === view.value) ?? views[0]!
}
