import { compareNews, lookAtNews, news } from '../news.js'
import { viewsNow } from '../registry.js'
import { Icon } from './icon.js'

/** Says that a version came, and leads to it. It stays until a hand puts it aside. */
export function NewsToast () {
  if (news.value === undefined) return null
  const { name, version, before } = news.value
  const canCompare = before !== undefined && viewsNow().some(view => view.name === 'compare')
  return (
    <div class='toast news' role='status'>
      <span>{name} {before === undefined ? '' : `v${version} `}is here.</span>
      <button class='toast-button' onClick={lookAtNews}>Look</button>
      {canCompare && <button class='toast-button' onClick={compareNews}>Compare</button>}
      <button class='toast-button' aria-label='Put aside' onClick={() => { news.value = undefined }}>
        <Icon name='close' />
      </button>
    </div>
  )
}
