import { useEffect } from 'preact/hooks'
import { encodeImage } from '../actions.js'
import { currentView } from '../registry.js'
import { isOver, toast } from '../store.js'
import { Bar } from './bar.js'
import { Elsewhere } from './elsewhere.js'
import { NewsToast } from './news.js'

const imageIn = (data: DataTransfer | null) => [...data?.files ?? []].find(({ type }) => type.startsWith('image/')) ??
  data?.files[0]

/** Takes images that are dropped or pasted anywhere. */
function useImages (): void {
  useEffect(() => {
    const over = (event: DragEvent) => {
      event.preventDefault()
      isOver.value = event.type === 'dragover' && event.dataTransfer?.types.includes('Files') === true
    }
    const take = (event: DragEvent | ClipboardEvent) => {
      const image = imageIn(event instanceof DragEvent ? event.dataTransfer : event.clipboardData)
      isOver.value = false
      if (image === undefined) return
      event.preventDefault()
      if (currentView().name === 'mix') import('../mix.js').then(({ chooseSideImage }) => chooseSideImage('b', image))
      else encodeImage(image)
    }
    const heard = [['dragover', over], ['dragleave', over], ['drop', take], ['paste', take]] as const
    for (const [name, listener] of heard) window.addEventListener(name, listener as EventListener)
    return () => { for (const [name, listener] of heard) window.removeEventListener(name, listener as EventListener) }
  }, [])
}

export function Page () {
  useImages()
  const { name, title, component: Shown } = currentView()
  return (
    <>
      <Bar />
      {name === 'play' ? <Shown /> : <Elsewhere key={name} title={title}><Shown /></Elsewhere>}
      <NewsToast />
      {toast.value && <div class='toast' role='status'>{toast.value}</div>}
    </>
  )
}
