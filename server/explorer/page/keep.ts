/** What the browser keeps for the page; nothing where it refuses to, as in a frame of another site. */
type Place = 'localStorage' | 'sessionStorage'

export function readKept (key: string, place: Place = 'localStorage'): string | null {
  try {
    return window[place].getItem(key)
  } catch {
    return null
  }
}

/** @param value an empty one is kept no longer */
export function keep (key: string, value: string, place: Place = 'localStorage'): void {
  try {
    if (value === '') window[place].removeItem(key)
    else window[place].setItem(key, value)
  } catch {
    // It holds until the page is closed.
  }
}
