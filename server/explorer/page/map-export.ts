/** The selected images as files: places in the data set, and latents. */
import { partitionOf } from '../core/scene.js'
import { latentOf, selected } from './map.js'
import { card, sample } from './store.js'
import { saveFile } from './take-away.js'

const save = (text: string, type: string, ending: string) =>
  saveFile(new Blob([text], { type }), `${card.value!.name}-selection.${ending}`)

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
