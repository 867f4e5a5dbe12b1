/** Dark or light: what the system says, until a hand says otherwise. */
import { keep, readKept } from './keep.js'
import { theme } from './store.js'

const KEPT = 'pvae-theme'

function apply (next: 'light' | 'dark'): void {
  theme.value = next
  document.documentElement.dataset['theme'] = next
}

export function startTheme (): void {
  const system = matchMedia('(prefers-color-scheme: dark)')
  const follow = () => {
    const kept = readKept(KEPT)
    apply(kept === 'light' || kept === 'dark' ? kept : system.matches ? 'dark' : 'light')
  }
  system.addEventListener('change', follow)
  follow()
}

export function toggleTheme (): void {
  apply(theme.value === 'dark' ? 'light' : 'dark')
  keep(KEPT, theme.value)
}
