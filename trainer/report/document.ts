import { escapeMarkup } from './svg.js'

const style = `
:root { color-scheme: light dark; --paper: #fff; --ink: #24292f; --quiet: #656d76; \
--line: #d8dee4; --panel: #f6f8fa; --alarm: #b3261e }
@media (prefers-color-scheme: dark) { :root { --paper: #15181c; --ink: #e3e6ea; --quiet: #9aa4af; \
--line: #343b43; --panel: #1e2329; --alarm: #ff8a80 } }
* { box-sizing: border-box }
body { margin: 0 auto; padding: 2.5rem 1.25rem 5rem; max-width: 64rem; background: var(--paper); color: var(--ink);
  font: 16px/1.55 system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif }
h1 { margin: 0; font-size: 2rem; line-height: 1.2 }
h2 { margin: 3rem 0 .75rem; padding-bottom: .3rem; border-bottom: 1px solid var(--line); font-size: 1.35rem }
h3 { margin: 2rem 0 .25rem; font-size: 1.05rem }
p { margin: .35rem 0 .8rem; max-width: 48rem }
.quiet, figcaption { color: var(--quiet); font-size: .9rem }
dl.numbers { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); \
gap: .75rem; margin: 1.5rem 0 0 }
dl.numbers div { padding: .7rem .9rem; border-radius: .5rem; background: var(--panel) }
dl.numbers dt { color: var(--quiet); font-size: .82rem }
dl.numbers dd { margin: 0; font-size: 1.4rem; font-variant-numeric: tabular-nums }
dl.verdict { margin: 1.5rem 0 0 }
dl.verdict dt { font-weight: 600 }
dl.verdict dd { margin: 0 0 .6rem }
dl.verdict ul { margin: .2rem 0; padding-left: 1.3rem }
figure { margin: 0 0 1.75rem }
figcaption { max-width: 48rem; margin-bottom: .6rem }
figure img, figure svg { display: block; max-width: 100%; height: auto }
figure img { border-radius: 3px; background: #fff }
.wide { overflow-x: auto }
table { border-collapse: collapse; font-variant-numeric: tabular-nums }
th, td { padding: .35rem 1.2rem .35rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top }
thead th { color: var(--quiet); font-weight: 600; font-size: .88rem }
td.number, th.number { text-align: right }
.alarm { color: var(--alarm) }
pre { overflow-x: auto; margin: .5rem 0; padding: .9rem 1rem; border-radius: .5rem; background: var(--panel);
  font: 13.5px/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace }
summary { cursor: pointer }
`.trim()

/**
 * An HTML document that loads nothing and runs nothing: its style is inside.
 * @param title plain text
 * @param body markup
 */
export function renderDocument (title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<title>${escapeMarkup(title)}</title>
<style>
${style}
</style>
</head>
<body>
${body}
</body>
</html>
`
}
