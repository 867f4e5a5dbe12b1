import t from 'tap'
import { MEASURES } from '../../../trainer/benchmark/measures.js'
import { PUBLISHED } from '../../../trainer/benchmark/published.js'
import { MetricsSchema } from '../../../trainer/measure/metrics-schema.js'
import { isNumeric, nodesAt, type SchemaNode } from '../../../trainer/tune/space/schema-paths.js'

t.test('each column is a number of metrics.json, or one that only publications have', async t => {
  for (const { name, path } of MEASURES) {
    if (path === undefined) {
      t.ok(Object.values(PUBLISHED).flat().some(({ values }) => name in values), `${name} is published`)
    } else {
      t.ok(nodesAt(MetricsSchema as SchemaNode, path).some(isNumeric), `${name}: ${path}`)
    }
  }
})

t.test('published numbers are of measures that there are, each with its source', async t => {
  const names = MEASURES.map(({ name }) => name)
  for (const { model, source, values } of Object.values(PUBLISHED).flat()) {
    t.ok(source.length > 0, model)
    for (const name of Object.keys(values)) t.ok(names.includes(name), `${model}: ${name}`)
  }
})
