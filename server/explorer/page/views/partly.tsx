import { partly, showAll } from '../shown.js'

/** Says that the picture is not all of it, and shows all. */
export function Partly () {
  if (partly.value === undefined) return null
  return (
    <div class='partly'>
      <p class='note'>{partly.value}</p>
      <button class='button' onClick={showAll}>Show all</button>
    </div>
  )
}
