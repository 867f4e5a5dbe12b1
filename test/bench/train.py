"""The peer of the training benchmark: the same network, loss and optimiser in PyTorch.

Reads a config (JSON) as its argument; for every line N on standard input runs N steps and prints {"wall": ms,
"cpu": ms} a step and {"memory": MiB}, the peak so far.
"""
import json
import resource
import sys
import time

import torch
import torch.nn.functional as F

from joint_network import PartitionVAE

options = json.loads(sys.argv[1])
model, batch = options['model'], options['batchSize']
height, width, channels = (options['image'][key] for key in ('height', 'width', 'channels'))
torch.set_num_threads(options['threads'])
torch.manual_seed(0)
factor, interpolation = model['subresolution']['factor'], model['subresolution']['interpolation']


def prepare(memory_format):
    global network, forward, optimizer, image, target, weight
    network = PartitionVAE(model, options['image']).to(memory_format=memory_format)
    forward = torch.compile(network) if options.get('compile') else network
    optimizer = torch.optim.Adam(network.parameters(), 1e-3, fused=True)
    image = torch.rand(batch, channels, height, width).contiguous(memory_format=memory_format)
    target, weight = image, 1
    if interpolation == 'nearest' and factor > 1:  # the same shortcut: block means
        target, weight = F.avg_pool2d(image, factor), factor ** 2


def step():
    mean, log_variance, logits = forward(image)
    if model['likelihood']['kind'] == 'bernoulli':
        reconstruction = F.binary_cross_entropy_with_logits(logits, target, reduction='sum')
    else:
        reconstruction = ((logits.sigmoid() - target) ** 2).sum() / (2 * 0.05)
    loss = weight * reconstruction / batch + (mean ** 2 + log_variance.exp() - 1 - log_variance).sum() / (2 * batch)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


def seconds_in(memory_format):
    prepare(memory_format)
    for _ in range(3):
        step()
    started = time.process_time()
    for _ in range(3):
        step()
    return time.process_time() - started


# Which is faster differs from network to network.
formats = [torch.contiguous_format, torch.channels_last]
prepare(min(formats, key=seconds_in))
for _ in range(3):
    step()
print(json.dumps({'parameters': sum(p.numel() for p in network.parameters())}), flush=True)
for line in sys.stdin:
    count = int(line)
    wall, cpu = time.perf_counter(), time.process_time()
    for _ in range(count):
        step()
    print(json.dumps({
        'wall': (time.perf_counter() - wall) * 1e3 / count,
        'cpu': (time.process_time() - cpu) * 1e3 / count,
        'memory': resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }), flush=True)
