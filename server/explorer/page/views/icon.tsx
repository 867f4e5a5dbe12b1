/** Lines on a square of 20. */
const PATHS = {
  eye: 'M1.8 10S4.8 4.6 10 4.6 18.2 10 18.2 10 15.2 15.4 10 15.4 1.8 10 1.8 10zM10 7.4a2.6 2.6 0 1 0 0 5.2 2.6 2.6 0 ' +
    '0 0 0-5.2z',
  eyeOff: 'M3 3l14 14M8 4.9A8 8 0 0 1 10 4.6c5.2 0 8.2 5.4 8.2 5.4a14 14 0 0 1-2.6 3.1M12.5 15A7.6 7.6 0 0 1 10 ' +
    '15.4C4.8 15.4 1.8 10 1.8 10a14 14 0 0 1 3.4-3.8',
  solo: 'M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM10 8.5a1.5 1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3z',
  dice: 'M6 3h8a3 3 0 0 1 3 3v8a3 3 0 0 1-3 3H6a3 3 0 0 1-3-3V6a3 3 0 0 1 3-3zM7 7h.01M13 7h.01M10 10h.01M7 ' +
    '13h.01M13 13h.01',
  undo: 'M4 8h8a4 4 0 0 1 0 8H8M4 8l3.5-3.5M4 8l3.5 3.5',
  redo: 'M16 8H8a4 4 0 0 0 0 8h4M16 8l-3.5-3.5M16 8l-3.5 3.5',
  share: 'M10 12.5V3m0 0L6.5 6.5M10 3l3.5 3.5M4 10v5.5A1.5 1.5 0 0 0 5.5 17h9a1.5 1.5 0 0 0 1.5-1.5V10',
  moon: 'M16.5 11.8A7 7 0 0 1 8.2 3.5a7 7 0 1 0 8.3 8.3z',
  sun: 'M10 6.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7zM10 1.5v2M10 16.5v2M1.5 10h2M16.5 10h2M4 4l1.4 1.4M14.6 ' +
    '14.6L16 16M4 16l1.4-1.4M14.6 5.4L16 4',
  keyboard: 'M4 5h12a2 2 0 0 1 2 2v6a2 2 0 0 1-2 2H4a2 2 0 0 1-2-2V7a2 2 0 0 1 2-2zM5 8.5h.01M8.3 8.5h.01M11.6 ' +
    '8.5h.01M15 8.5h.01M6.5 12h7',
  layers: 'M10 3l7.5 4L10 11 2.5 7zM2.5 10.5L10 14.5l7.5-4M2.5 14L10 18l7.5-4',
  play: 'M6.5 4.5v11l9-5.5z',
  stop: 'M5.5 5.5h9v9h-9z',
  hand: 'M7 10V4.5a1.3 1.3 0 0 1 2.6 0V9m0-1.5a1.3 1.3 0 0 1 2.6 0V9.5m0-1a1.3 1.3 0 0 1 2.6 ' +
    '0v4.2a5 5 0 0 1-5 5H9a5 5 0 0 1-3.9-2L2.9 12.5a1.3 1.3 0 0 1 2-1.6L7 13',
  reset: 'M4 10a6 6 0 1 0 2-4.5M6 2.5v3.2h3.2',
  open: 'M10 13V4m0 0L6.5 7.5M10 4l3.5 3.5M4 16h12',
  paste: 'M7 4H5v13h10V4h-2M7 2.5h6v3H7z',
  close: 'M5 5l10 10M15 5L5 15',
  plus: 'M10 4v12M4 10h12',
  camera: 'M3 6.5h3l1.2-2h5.6l1.2 2h3v9H3zM10 8a3 3 0 1 0 0 6 3 3 0 0 0 0-6z',
  pen: 'M4 16l.8-3.6L13.6 3.6l2.8 2.8-8.8 8.8zM11.8 5.4l2.8 2.8',
  down: 'M5.5 8l4.5 4.5L14.5 8',
  link: 'M8.5 11.5a3 3 0 0 0 4.3 0l2.7-2.7a3 3 0 0 0-4.3-4.3L10 5.7M11.5 8.5a3 3 0 0 0-4.3 ' +
    '0l-2.7 2.7a3 3 0 0 0 4.3 4.3L10 14.3',
  code: 'M7 6l-4 4 4 4M13 6l4 4-4 4',
  mix: 'M7.5 5a5 5 0 1 0 0 10 5 5 0 0 0 0-10zM12.5 5a5 5 0 1 0 0 10 5 5 0 0 0 0-10z',
  grid: 'M3.5 3.5h5v5h-5zM11.5 3.5h5v5h-5zM3.5 11.5h5v5h-5zM11.5 11.5h5v5h-5z',
  map: 'M3 3v14h14M7 12.5h.01M9.5 9h.01M12 11.5h.01M13 6.5h.01M16 8.5h.01M15.5 13h.01',
  search: 'M9 3.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11zM13 13l4.5 4.5',
  columns: 'M3 5h5v10H3zM12 5h5v10h-5zM10 3v14',
  page: 'M5 2.5h7l4 4v11H5zM12 2.5v4h4M8 10.5h5M8 13.5h5',
  image: 'M3 4h14v12H3zM3 13l4-4 4 4 2.5-2.5L17 14',
  closer: 'M10 4.5v11M4.5 10h11',
  farther: 'M4.5 10h11',
  all: 'M4 8V4h4M16 8V4h-4M4 12v4h4M16 12v4h-4',
  lasso: 'M10 4c4 0 7 1.8 7 4.2S14 12.4 10 12.4 3 10.6 3 8.2 6 4 10 4zM6.6 11.8c-1.2.4-1.6 1.7-.7 2.4.9.7 ' +
    '2.2.1 2.2-1 0-.5-.3-.9-.7-1.2M5.9 14.2c0 1.1-.4 2-1.1 2.6',
} as const

export function Icon ({ name }: { readonly name: keyof typeof PATHS }) {
  return <svg class='icon' viewBox='0 0 20 20' aria-hidden='true'><path d={PATHS[name]} /></svg>
}

/** A partition's number on its colour. */
export function Disc ({ colour, number }: { readonly colour: string, readonly number: number }) {
  return <span class={`disc ${colour}`} aria-hidden='true'>{number}</span>
}
