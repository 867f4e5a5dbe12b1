/** What is asked of the service is what it has: metrics, by dashboard and autoscaler, and the routes of probes. */
import { readFileSync } from 'node:fs'
import t from 'tap'
import { startService } from '../service.js'
import { FOLDER, readManifest, readYaml } from './manifests.js'

interface Panel { readonly title: string, readonly targets: ReadonlyArray<{ readonly expr: string }> }

const dashboard = JSON.parse(readFileSync(`${FOLDER}grafana-dashboard.json`, 'utf8')) as {
  readonly panels: readonly Panel[]
  readonly templating: { readonly list: ReadonlyArray<{ readonly name: string, readonly query: string }> }
}
const { app } = await startService(t)
const metrics = (await app.inject('/metrics')).body
const NAME = /\b(?:pvae|process|nodejs)_[a-z0-9_]+/g
const namesIn = (text: string) => text.match(NAME) ?? []

t.test('every metric that is shown or scaled on is exported, with the labels it is split by', async t => {
  const exported = new Set([...metrics.matchAll(/^# TYPE (\S+) (\S+)/gm)].flatMap(([, name, type]) =>
    type === 'histogram' ? ['_bucket', '_sum', '_count'].map(end => name + end) : [name!]))
  for (const { title, targets } of dashboard.panels) {
    t.ok(targets.length > 0, `${title}: asks for something`)
    for (const { expr } of targets) {
      const names = namesIn(expr)
      t.ok(names.length > 0, `${title}: by name`)
      for (const name of names) t.ok(exported.has(name), `${title}: ${name}`)
    }
  }
  for (const { query } of dashboard.templating.list) for (const name of namesIn(query)) t.ok(exported.has(name), name)
  const [{ pods }] = readManifest('horizontal-pod-autoscaler.yaml').spec.metrics
  t.ok(exported.has(pods.metric.name), 'the autoscaler\'s')
  const { rules } = readYaml('prometheus-adapter.yaml') as any
  t.strictSame(namesIn(rules.custom[0].seriesQuery), [pods.metric.name], 'which the adapter brings')
})

t.test('all that the service measures of itself is on the dashboard', async t => {
  const own = [...metrics.matchAll(/^# TYPE (pvae_\S+)/gm)].map(([, name]) => name!)
  const shown = dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)).join('\n')
  for (const name of own) t.ok(shown.includes(name), name)
})

t.test('probes and scrapes ask for routes that there are', async t => {
  const [service] = readManifest('deployment.yaml').spec.template.spec.containers
  const [kserve] = readManifest('kserve/serving-runtime.yaml').spec.containers
  const probes = [service, kserve].flatMap(({ startupProbe, readinessProbe, livenessProbe }) =>
    [startupProbe, readinessProbe, livenessProbe].filter(probe => probe !== undefined))
  const { path } = readManifest('service-monitor.yaml').spec.endpoints[0]
  for (const url of [path, ...probes.map(({ httpGet }) => httpGet.path)]) {
    t.equal((await app.inject(url)).statusCode, 200, url)
  }
})
