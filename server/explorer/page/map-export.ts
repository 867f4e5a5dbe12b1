/** The selected images as files: places in the data set, and latents. */
import { partitionOf } from '../core/scene.js'
import { latentOf, selected } from './map.js'
import { card, sample, toast } from './store.js'

function save (text: string, type: string, ending: string): void {
  const anchor = document.createElement('a')
  anchor.href = URL.createObjectURL(new Blob([text], { type }))
  anchor.download = `${card.value!.name}-selection.${ending}`
  anchor.click()
  URL.revokeObjectURL(anchor.href)
  toast.value = `Saved ${anchor.download}.`
  setTimeout(() => { if (toast.value === `Saved ${anchor.download}.`) toast.value = '' }, 2600)
}

export function saveJson (): void {
  const { name, version, partitions } = card.value!
  const images = selected.value.map(row => {
    const latent = latentOf(row)
    return {
      image: sample.value!.index[row],
      squaredError: sample.value!.squaredError[row],
      latent: Object.fromEntries(partitions.map(partition => [partition.name, partitionOf(latent, partition)])),
    }
  })
  save(JSON.stringify({ model: name, version, images }, null, 1), 'application/json', 'json')
}

export function saveCsv (): void {
  const heads = card.value!.partitions.flatMap(({ name, size }) =>
    Array.from({ length: size }, (_, i) => `${name}.${i + 1}`))
  const rows = selected.value.map(row =>
    [sample.value!.index[row], sample.value!.squaredError[row], ...latentOf(row)].join(','))
  save(`${['image', 'squaredError', ...heads].join(',')}\n${rows.join('\n')}\n`, 'text/csv', 'csv')
}
