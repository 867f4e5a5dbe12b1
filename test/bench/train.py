"""The peer of the training benchmark: the same network, loss and optimiser in PyTorch. Reads a config (JSON) as its argument; for every
line N on standard input runs N steps and prints {"wall": ms, "cpu": ms} a step and {"memory": MiB}, the peak so far."""
import json
import resource
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn

options = json.loads(sys.argv[1])
model, (height, width, channels), batch = options['model'], [options['image'][key] for key in ('height', 'width', 'channels')], options['batchSize']
torch.set_num_threads(options['threads'])
torch.manual_seed(0)
activation = {'relu': nn.ReLU, 'leaky-relu': lambda: nn.LeakyReLU(0.1), 'elu': nn.ELU}[model['activation']]
sizes = [partition['size'] for partition in model['partitions']]
factor, interpolation = model['subresolution']['factor'], model['subresolution']['interpolation']


class Same(nn.Module):
    """A layer at a given output size, cropped where PyTorch's padding gives a row or column more."""
    def __init__(self, layer, size):
        super().__init__()
        self.layer, self.size = layer, size

    def forward(self, x):
        y = self.layer(x)
        return y if y.shape[2:] == self.size else y[:, :, :self.size[0], :self.size[1]]


def stack(size_in, hidden, size_out):
    layers = []
    for size in hidden:
        layers += [nn.Linear(size_in, size), activation()]
        size_in = size
    return layers + [nn.Linear(size_in, size_out)]


class PartitionVAE(nn.Module):
    def __init__(self):
        super().__init__()
        layers, (h, w), c = [], (height, width), channels
        for block in model['encoder']['blocks']:
            k, stride = block['kernel'], 2 if block['downsample'] == 'stride' else 1
            h, w = -(-h // stride), -(-w // stride)
            layers += [Same(nn.Conv2d(c, block['channels'], k, stride, k // 2 if k % 2 or stride == 1 else (k - 1) // 2), (h, w)), activation()]
            if block['downsample'] == 'max-pool':
                layers.append(nn.MaxPool2d(2))
                h, w = h // 2, w // 2
            c = block['channels']
        self.encoder = nn.Sequential(*layers, nn.Flatten(), *stack(c * h * w, model['encoder']['hidden'], sum(sizes)))
        head = lambda size: nn.Sequential(*stack(size, [], model['heads']['hidden']), activation(), nn.Linear(model['heads']['hidden'], size))
        self.means, self.log_variances = (nn.ModuleList([head(size) for size in sizes]) for _ in range(2))
        blocks, c = model['decoder']['blocks'], model['decoder']['base']
        growth = 2 ** sum(block['upsample'] != 'none' for block in blocks)
        h, w = height // factor // growth, width // factor // growth
        layers = [*stack(sum(sizes), model['decoder']['hidden'], c * h * w), activation(), nn.Unflatten(1, (c, h, w))]
        for block in blocks:
            k = block['kernel']
            if block['upsample'] != 'none':
                h, w = 2 * h, 2 * w
            if block['upsample'] == 'transposed':
                layers.append(Same(nn.ConvTranspose2d(c, block['channels'], k, 2, max(k - 2, 0) // 2), (h, w)))
            else:
                layers += [nn.Upsample(scale_factor=2)] * (block['upsample'] == 'nearest') + [Same(nn.Conv2d(c, block['channels'], k, 1, k // 2), (h, w))]
            layers.append(activation())
            c = block['channels']
        self.decoder = nn.Sequential(*layers, nn.Conv2d(c, channels, model['decoder']['outputKernel'], 1, model['decoder']['outputKernel'] // 2))

    def forward(self, x):
        slices = self.encoder(x).split(sizes, 1)
        residual = model['heads']['residual']
        mean = torch.cat([network(s) + s if residual else network(s) for s, network in zip(slices, self.means)], 1)
        log_variance = torch.cat([network(s) for s, network in zip(slices, self.log_variances)], 1)
        logits = self.decoder(mean + torch.randn_like(mean) * (log_variance / 2).exp())
        if factor > 1 and interpolation == 'bilinear':
            logits = F.interpolate(logits, scale_factor=factor, mode='bilinear', align_corners=False)
        return mean, log_variance, logits


def prepare(memory_format):
    global network, forward, optimizer, image, target, weight
    network = PartitionVAE().to(memory_format=memory_format)
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
    print(json.dumps({'wall': (time.perf_counter() - wall) * 1e3 / count, 'cpu': (time.process_time() - cpu) * 1e3 / count,
                      'memory': resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}), flush=True)
