"""Reads a run's events by the real TensorBoard, as a library and as a server, and compares them with the run's log.

Usage: judge-tensorboard.py RUN_FOLDER
"""
import json
import math
import subprocess
import sys
import time
import urllib.parse
import urllib.request

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

run = sys.argv[1]
records = [json.loads(line) for line in open(f'{run}/log.jsonl')]
checked = 0


def equal(what, found, expected):
    global checked
    checked += 1
    close = (math.isclose(a, b, rel_tol=1e-6, abs_tol=1e-9) for a, b in zip(found, expected))
    if len(found) != len(expected) or not all(close):
        sys.exit(f'{what}: expected {expected} but found {found}')


wanted = {
    'train': {
        'epoch/loss': lambda r: r['train']['loss'],
        'epoch/kl': lambda r: r['train']['kl'],
        'schedule/learning-rate': lambda r: r['learningRate'],
        'speed/images-per-second': lambda r: r['imagesPerSecond'],
    },
    'test': {
        'epoch/loss': lambda r: r['test']['loss'],
        'epoch/mse': lambda r: r['test']['mse'],
        'latent/active-units': lambda r: r['test']['activeUnits'],
        'latent/dead-partitions': lambda r: len(r['test']['deadPartitions']),
        'total-correlation/means': lambda r: r['test']['totalCorrelation']['means'],
    },
}
for record in records[:1]:
    for partition in record['train']['klByPartition']:
        for split in wanted:
            wanted[split][f'kl/{partition}'] = lambda r, p=partition, s=split: r[s]['klByPartition'][p]
steps = [record['step'] for record in records]

accumulators = {}
for split in ('train', 'test'):
    guidance = {kind: 0 for kind in ('scalars', 'images', 'histograms')}
    accumulators[split] = EventAccumulator(f'{run}/tensorboard/{split}', size_guidance=guidance)
    accumulators[split].Reload()
    kinds = accumulators[split].Tags().items()
    print(f'{split}: {({kind: len(tags) for kind, tags in kinds if isinstance(tags, list) and tags})}')
    for tag, value in wanted[split].items():
        # A schedule has more points than epochs.
        events = [event for event in accumulators[split].Scalars(tag) if event.step in steps]
        by_step = {event.step: event.value for event in events}
        equal(f'{split} {tag}', [by_step[step] for step in steps], [value(record) for record in records])
        if tag != 'schedule/learning-rate':
            equal(f'steps of {split} {tag}', [event.step for event in accumulators[split].Scalars(tag)], steps)
series = [event.step for event in accumulators['train'].Scalars('step/loss')]
equal('steps of the loss by step: ascending, each once', series, sorted(set(series)))
for tag in accumulators['test'].Tags()['images']:
    equal(f'steps of {tag}', [event.step for event in accumulators['test'].Images(tag)], steps)
for tag in accumulators['test'].Tags()['histograms']:
    equal(f'steps of {tag}', [event.step for event in accumulators['test'].Histograms(tag)], steps)

for loader in ('--load_fast=false', '--load_fast=true'):
    server = subprocess.Popen(
        [sys.executable, '-m', 'tensorboard.main', '--logdir', f'{run}/tensorboard', '--port', '0', '--bind_all',
         '--reload_interval', '1', loader],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        port = None
        for line in server.stdout:
            if 'http://' in line:
                port = int(line.split('http://')[1].split('/')[0].rsplit(':', 1)[1].split()[0])
                break
        if port is None:
            print(f'tensorboard {loader}: does not start here')
            continue

        def ask(path, **query):
            address = f'http://localhost:{port}/data/plugin/{path}?{urllib.parse.urlencode(query)}'
            return urllib.request.urlopen(address).read()

        def settled(path, **query):
            for _ in range(60):
                found = json.loads(ask(path, **query))
                if found and all(found.values() if isinstance(found, dict) else [found]):
                    return found
                time.sleep(0.5)
            sys.exit(f'{path}: expected data but found {found}')

        tags = settled('scalars/tags')
        equal('folders', [len(tags)], [2])
        points = settled('scalars/scalars', run='test', tag='epoch/loss')
        losses = [record['test']['loss'] for record in records]
        equal('scalars by the server', [value for _, _, value in points], losses)
        equal('steps by the server', [step for _, step, _ in points], steps)
        images = settled('images/images', run='test', tag='reconstructions', sample='0')
        equal('steps of images by the server', [image['step'] for image in images], steps[-len(images):])
        picture = ask('images/individualImage', **dict(urllib.parse.parse_qsl(images[-1]['query'])))
        equal('a picture by the server is a PNG', [picture[:4] == b'\x89PNG'], [True])
        tag = next(iter(accumulators['test'].Tags()['histograms']))
        histograms = settled('histograms/histograms', run='test', tag=tag)
        equal('steps of histograms by the server', [step for _, step, _ in histograms], steps)
        print(f'tensorboard {loader}: serves scalars, images and histograms of {len(tags)} folders')
    finally:
        server.terminate()
        server.wait()
print(f'{checked} comparisons: TensorBoard shows what the log says')
