import { redo, undo } from '../actions.js'
import { keysNow } from '../keyboard.js'
import { chooseModel } from '../opening.js'
import { currentView, viewsNow } from '../registry.js'
import { apiKey } from '../service.js'
import { isServed } from '../source.js'
import { card, goTo, history, isLayered, models, picture, theme } from '../store.js'
import {
  copyCurl, copyJson, copyLink, copyPython, copyTypescript, saveLayers, savePicture,
} from '../take-away.js'
import { toggleTheme } from '../theme.js'
import { Icon } from './icon.js'
import { Pixels } from './pixels.js'
import { Glossary } from './term.js'

function ModelMenu () {
  const current = card.value
  if (current === undefined) return null
  const { image: { width, height }, name, version } = current
  const known = models.value.find(model => model.name === name)
  const choices = models.value.flatMap(({ name, version: newest, versions }) =>
    versions.toReversed().map(version =>
      ({ name, version, title: version === newest ? name : `${name} v${version}` })))
  const valueOf = (choice: { readonly name: string, readonly version: number }) => `${choice.name}@${choice.version}`
  return (
    <div class='model'>
      <Pixels class='model-picture' pixels={picture.value} width={width} height={height} />
      <select
        aria-label='Model' title={current.description} value={valueOf(current)} onChange={event => {
          const [name, version] = event.currentTarget.value.split('@')
          chooseModel(name!, Number(version))
        }}
      >
        {choices.map(choice => <option key={valueOf(choice)} value={valueOf(choice)}>{choice.title}</option>)}
        {known === undefined && <option value={valueOf(current)}>{name}</option>}
      </select>
      <span class='version' title={`Version ${version}`}>
        v{version}
        {known !== undefined && known.version > version &&
          <i class='newer' role='img' aria-label={`v${known.version} is served too`} />}
      </span>
      <Icon name='down' />
    </div>
  )
}

function Tabs () {
  const current = currentView()
  const views = viewsNow()
  if (views.length < 2) return null
  return (
    <nav class='tabs' aria-label='Views'>
      {views.map(({ name, title, press, icon }) => (
        <button
          key={name} class='tab' aria-current={name === current.name ? 'page' : undefined}
          title={`${title} (${press.toUpperCase()})`} onClick={() => goTo(name)}
        ><Icon name={icon} />{title}
        </button>
      ))}
    </nav>
  )
}

function ShareMenu () {
  const items = [
    ['link', 'Copy link', 'Model, image, every unit', copyLink],
    ['code', 'Copy latent as JSON', 'The numbers, by partition', copyJson],
    ...isServed
      ? [
          ['code', 'Copy as curl', 'Draws this very picture', copyCurl],
          ['code', 'Copy as Python', 'The same, with its standard library alone', copyPython],
          ['code', 'Copy as TypeScript', 'The same, with @partition-vae/client', copyTypescript],
        ] as const
      : [],
    ['image', 'Save picture as PNG', 'As small as the model draws it', savePicture],
    ...isLayered.value ? [['layers', 'Save layers as PNG', 'In a row, with their alpha', saveLayers] as const] : [],
  ] as const
  return (
    <div id='share' popover='auto' class='popover' role='group' aria-label='Take it away'>
      {items.map(([icon, words, note, act]) => (
        <button key={words} class='item' popovertarget='share' popovertargetaction='hide' onClick={() => act()}>
          <Icon name={icon} /><span>{words}<small>{note}</small></span>
        </button>
      ))}
      {/* A link carries no key. */}
      {apiKey.value === '' && card.value?.links.report &&
        <a class='item' href={card.value.links.report}>
          <Icon name='open' /><span>Open the report<small>What the model was measured at</small></span>
        </a>}
    </div>
  )
}

function Help () {
  return (
    <div id='keys' popover='auto' class='popover keys' role='group' aria-label='Keys'>
      <h2>Keys</h2>
      <dl>{keysNow().map(([key, words]) => <div key={key}><dt><kbd>{key}</kbd></dt><dd>{words}</dd></div>)}</dl>
    </div>
  )
}

export function Bar () {
  const { past = [], future = [] } = history.value ?? {}
  const dark = theme.value === 'dark'
  const isPlay = currentView().name === 'play'
  return (
    <header class='bar'>
      <a
        class='skip' href={isPlay ? '#picture' : '#view'} onClick={event => {
          event.preventDefault()
          document.getElementById(isPlay ? 'picture' : 'view')?.focus()
        }}
      >{isPlay ? 'To the picture' : 'To the view'}
      </a>
      <div class='mark' aria-hidden='true'>{[1, 2, 3, 4, 5, 6].map(n => <i key={n} class={`p${n}`} />)}</div>
      <h1>partition-vae</h1>
      <ModelMenu />
      <Tabs />
      <div class='tools' role='toolbar' aria-label='Page'>
        <button class='tool' aria-label='Undo' title='Undo (Ctrl Z)' disabled={past.length === 0} onClick={undo}>
          <Icon name='undo' />
        </button>
        <button
          class='tool' aria-label='Redo' title='Redo (Ctrl Shift Z)'
          onClick={redo} disabled={future.length === 0}
        >
          <Icon name='redo' />
        </button>
        <button class='tool wide-only' aria-label='Keys' title='Keys' popovertarget='keys'>
          <Icon name='keyboard' />
        </button>
        <button
          class='tool' aria-label={dark ? 'Light colours' : 'Dark colours'} onClick={toggleTheme}
          title={dark ? 'Light' : 'Dark'}
        ><Icon name={dark ? 'sun' : 'moon'} />
        </button>
        <button class='tool' aria-label='Take it away' title='Take it away' popovertarget='share'>
          <Icon name='share' />
        </button>
      </div>
      <ShareMenu />
      <Help />
      <Glossary />
    </header>
  )
}
