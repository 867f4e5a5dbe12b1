/** The manifests are what Kubernetes takes, and say what the service and its images do. */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import t from 'tap'
import { openRepository } from '@partition-vae/models'
import { chooseWorkers, measureGraphs } from '../../../server/inference/worker-count.js'
import { readConfig, unknownSettings } from '../../../server/settings/config.js'
import { SETTINGS, shippedRepository } from '../../../server/settings/table.js'
import { createProgram } from '../../../trainer/cli/program.js'
import { findStage, readDockerfile } from '../../docker/dockerfile.js'
import { faultsOf } from './faults.js'
import { FOLDER, manifestFiles, readManifest, readYaml } from './manifests.js'

const stdout = { write () {} }
const MODULES: Readonly<Record<string, string>> = {
  v1: 'core/v1',
  'apps/v1': 'apps/v1',
  'batch/v1': 'batch/v1',
  'policy/v1': 'policy/v1',
  'autoscaling/v2': 'autoscaling/v2',
  'networking.k8s.io/v1': 'networking/v1',
}
const files = manifestFiles()
const manifests = new Map(files.map(file => [file, readManifest(file)]))
const core = [...manifests].filter(([, { apiVersion }]) => apiVersion in MODULES)
const podOf = (file: string) => manifests.get(file)!.spec.template.spec
const serving = podOf('deployment.yaml')
const runtime = manifests.get('kserve/serving-runtime.yaml')!.spec
const environmentOf = (container: any): Record<string, string> =>
  Object.fromEntries((container.env ?? []).map(({ name, value }: Record<string, string>) => [name, value]))

t.test('every manifest is what the types of Kubernetes say, to the last field', async t => {
  t.ok(core.length >= 6, 'there are some')
  const claims = core.map(([, manifest]) =>
    ({ module: MODULES[manifest.apiVersion]!, type: manifest.kind, value: manifest as object }))
  // Of KServe's kinds, the parts that are Kubernetes' own.
  const { containers, volumes } = runtime
  const [{ livenessProbe, ...container }] = containers
  const broken = [
    { containers: [{ ...container, livenesProbe: livenessProbe }] },
    { containers: [{ ...container, image: 5 }] },
    { volumes },
  ]
  const pods = [{ containers, volumes }, ...broken].map(value => ({ module: 'core/v1', type: 'PodSpec', value }))
  const faults = faultsOf([...claims, ...pods])
  for (const [i, [file]] of core.entries()) t.strictSame(faults[i], [], file)
  const [good, typo, number, without] = faults.slice(core.length)
  t.strictSame(good, [], 'the runtime of KServe')
  t.match(typo, [/livenesProbe/], 'what is not known is found')
  t.match(number, [/Type 'number' is not assignable to type 'string'/], 'and what is of another type')
  t.match(without, [/containers/], 'and what is missing')
})

t.test('the kustomization names every manifest but those applied by themselves', async t => {
  const { resources, configMapGenerator } = readYaml('kustomization.yaml') as any
  const alone = files.filter(file => file.startsWith('kserve/') || file === 'encode-job.yaml')
  t.strictSame([...resources, ...alone].sort(), files)
  for (const file of configMapGenerator[0].files) t.ok(existsSync(FOLDER + file), file)
})

const noKubectl = spawnSync('kubectl', ['version', '--client']).status !== 0 && 'kubectl is not installed'

t.test('kustomize builds it', { skip: noKubectl }, async t => {
  const { status, stdout, stderr } = spawnSync('kubectl', ['kustomize', FOLDER], { encoding: 'utf8' })
  t.equal(status, 0, stderr)
  const kinds = core.map(([, { kind }]) => kind).filter(kind => kind !== 'Job')
  for (const kind of [...kinds, 'ServiceMonitor', 'ConfigMap']) t.match(stdout, new RegExp(`^kind: ${kind}$`, 'm'))
})

t.test('settings are settings of the service, and right together', async t => {
  const places = { Deployment: serving.containers[0], KServe: runtime.containers[0] }
  for (const [where, container] of Object.entries(places)) {
    const environment = environmentOf(container)
    t.strictSame(unknownSettings(environment), [], where)
    t.strictSame(Object.keys(environment).filter(name => !(name in SETTINGS)), [], where)
    t.doesNotThrow(() => readConfig(environment, '/'), where)
    t.equal(environment['PORT'], String(container.ports[0].containerPort), where)
    t.equal(environment['HOST'], '0.0.0.0', where)
  }
  t.equal(environmentOf(runtime.containers[0])['PVAE_REPOSITORY'], '/mnt/models', 'where KServe mounts a storageUri')
})

t.test('the grace is longer than draining takes', async t => {
  const seconds = (environment: Record<string, string>) => {
    const config = readConfig(environment, '/')
    const { PVAE_DRAIN_DELAY_MS, PVAE_ARRIVAL_TIMEOUT_MS, PVAE_REQUEST_TIMEOUT_MS } = config
    return (PVAE_DRAIN_DELAY_MS + PVAE_ARRIVAL_TIMEOUT_MS + PVAE_REQUEST_TIMEOUT_MS + 4000) / 1000
  }
  t.ok(serving.terminationGracePeriodSeconds >= seconds(environmentOf(serving.containers[0])), 'Deployment')
  const { predictor } = manifests.get('kserve/inference-service.yaml')!.spec
  t.ok(predictor.terminationGracePeriodSeconds >= seconds(environmentOf(runtime.containers[0])), 'KServe')
})

const GIB = 2 ** 30
t.test('the limits hold the workers that they lead to', async t => {
  const graphBytes = await measureGraphs(openRepository(shippedRepository()), [])
  for (const { resources: { limits, requests } } of [serving.containers[0], runtime.containers[0]]) {
    const memory = Number.parseInt(limits.memory) * GIB
    const capacity = { cores: Number(limits.cpu), quotaFile: undefined, memory, memoryFile: undefined }
    const { workers, estimate, tight } = chooseWorkers(0, capacity, { graphs: graphBytes, indexes: 0 })
    t.equal(workers, Number(limits.cpu), 'the CPU decides')
    t.notOk(tight, 'they fit')
    t.ok(estimate <= Number.parseInt(requests.memory) * GIB, 'what is requested is what they take')
  }
})

t.test('every container is hardened', async t => {
  const pods = [serving, podOf('encode-job.yaml')]
  for (const { securityContext, containers, automountServiceAccountToken, volumes } of pods) {
    t.match(securityContext, { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } })
    t.equal(automountServiceAccountToken, false)
    const mounts = containers[0].volumeMounts.map(({ name }: { name: string }) => name)
    t.strictSame(volumes.map(({ name }: { name: string }) => name).sort(), mounts.sort(), 'all volumes are used')
  }
  for (const { securityContext, volumeMounts } of [...pods, runtime].map(({ containers }) => containers[0])) {
    const hardened = { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } }
    t.match(securityContext, hardened)
    t.ok(volumeMounts.some(({ mountPath }: { mountPath: string }) => mountPath === '/tmp'), 'and can write to /tmp')
  }
})

t.test('selectors find the pods, and the probes the port', async t => {
  const { labels } = manifests.get('deployment.yaml')!.spec.template.metadata
  const { spec: service, metadata } = manifests.get('service.yaml')!
  const monitor = manifests.get('service-monitor.yaml')!.spec
  t.match(labels, manifests.get('deployment.yaml')!.spec.selector.matchLabels)
  t.match(labels, service.selector)
  t.match(labels, manifests.get('pod-disruption-budget.yaml')!.spec.selector.matchLabels)
  t.match(labels, manifests.get('network-policy.yaml')!.spec.podSelector.matchLabels)
  t.match(metadata.labels!, monitor.selector.matchLabels)
  const [{ ports, startupProbe, readinessProbe, livenessProbe }] = serving.containers
  t.equal(service.ports[0].targetPort, ports[0].name)
  t.equal(monitor.endpoints[0].port, service.ports[0].name)
  for (const probe of [startupProbe, readinessProbe, livenessProbe]) t.equal(probe.httpGet.port, ports[0].name)
  t.strictSame(manifests.get('horizontal-pod-autoscaler.yaml')!.spec.scaleTargetRef, {
    apiVersion: 'apps/v1', kind: 'Deployment', name: manifests.get('deployment.yaml')!.metadata.name,
  })
})

t.test('images are those that the Dockerfiles build, by the names that Compose gives them', async t => {
  const compose = new URL('../../../docker-compose.yml', import.meta.url)
  const images = readFileSync(compose, 'utf8').match(/(?<=image: )\S+/g)!
  const used = [serving, podOf('encode-job.yaml'), runtime].map(({ containers }) => containers[0].image)
  for (const image of used) t.ok(images.includes(image), image)
  const trainer = findStage(readDockerfile(new URL('../../../trainer/Dockerfile', import.meta.url)), 'cpu')
  t.ok(JSON.stringify(trainer).includes('/app/trainer/dist/cli/main.js'), 'whose entry point is pvae')
})

t.test('each pod of the job has its shard of as many as there are', async t => {
  const { completions, completionMode, template } = manifests.get('encode-job.yaml')!.spec
  const { args, volumeMounts } = template.spec.containers[0]
  t.equal(completionMode, 'Indexed')
  t.equal(args[args.indexOf('--shard') + 1], `$(JOB_COMPLETION_INDEX)/${completions}`)
  const program = createProgram([], { stdout, stderr: stdout, signal: new AbortController().signal, directory: '/' })
  let parsed: unknown[] = []
  program.commands.find(command => command.name() === 'encode')!.action((...all) => { parsed = all })
  const inPod = args.map((argument: string) => argument.replace('$(JOB_COMPLETION_INDEX)', String(completions - 1)))
  await program.parseAsync(inPod, { from: 'user' })
  t.match(parsed, ['table-tennis', ['/images'], { output: '/encoded' }], 'pvae takes it')
  const mounted = volumeMounts.map(({ mountPath }: { mountPath: string }) => mountPath)
  for (const folder of [args[2], args[args.indexOf('--output') + 1]]) t.ok(mounted.includes(folder), folder)
})
