/** Aborts as the signal does, and when the process that forked this one says so by its channel, or is gone. */
export function untilParentIsGone (signal: AbortSignal): AbortSignal {
  const parent = new AbortController()
  process.once('disconnect', () => parent.abort())
  if (process.connected !== true) parent.abort()
  // The connection alone is no reason to stay.
  process.channel?.unref()
  return AbortSignal.any([signal, parent.signal])
}
