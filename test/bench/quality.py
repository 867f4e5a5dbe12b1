"""The peer of the time to quality: the paper's network and recipe in PyTorch on MNIST.

Reads {"model", "image", "fit", "data", "threads", "every", "target", "seconds", "published"} (JSON) as its argument;
prints {"seconds", "step", "error"} for each measurement, until the error is at or below the target or the time is up.
Only training steps count as time. `published`: with the defects of the authors' code instead of the repaired recipe.
"""
import json
import os
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F

from joint_network import PartitionVAE

options = json.loads(sys.argv[1])
model, batch = options['model'], options['fit']['batchSize']
torch.set_num_threads(options['threads'])
torch.manual_seed(0)


def images(name):
    pixels = np.fromfile(os.path.join(options['data'], name), np.uint8, offset=16)
    return torch.from_numpy(pixels.reshape(-1, 1, 28, 28).copy())


train, test = images('train-images-idx3-ubyte'), images('t10k-images-idx3-ubyte')


class Published(PartitionVAE):
    """As the authors published it.

    Means are log-variances, the partitions' networks are never trained, linear layers follow each other without
    activations.
    """
    def __init__(self, *arguments):
        super().__init__(*arguments)
        for network in self.means:
            network.requires_grad_(False)
            del network[1]
        del self.decoder[1]

    def forward(self, x):
        slices = self.encoder(x).split(self.sizes, 1)
        mean = log_variance = torch.cat([network(s) for s, network in zip(slices, self.means)], 1)
        return mean, log_variance, self.decoder(mean + torch.randn_like(mean) * (log_variance / 2).exp())


network = (Published if options['published'] else PartitionVAE)(model, options['image'])
trained = [p for p in network.parameters() if p.requires_grad]
optimizer = torch.optim.Adam(trained, options['fit']['learningRate'], fused=True)
factor = model['subresolution']['factor']


def large(logits):
    return F.interpolate(logits.sigmoid(), scale_factor=factor, mode='nearest')


def loss(x):
    mean, log_variance, logits = network((x + 0.01 * torch.randn_like(x)).clamp(0, 1))
    kl = (mean ** 2 + log_variance.exp() - 1 - log_variance).sum() / 2
    if options['published']:  # the KL summed over the batch, the error averaged
        return 100 * F.mse_loss(large(logits), x) + 10.0 ** -4 * kl
    return ((large(logits) - x) ** 2).sum() / (2 * model['likelihood']['variance'] * len(x)) + kl / len(x)


@torch.no_grad()
def error():
    """Of a pixel of a test image that is decoded from a sample."""
    total = 0.0
    for x in test.split(1000):
        x = x.float() / 255
        total += ((large(network(x)[2]) - x) ** 2).sum().item()
    return total / test.numel()


seconds, step = 0.0, 0
while True:
    for indices in torch.randperm(len(train)).split(batch):
        started = time.perf_counter()
        x = train[indices].float() / 255
        value = loss(x)
        optimizer.zero_grad()
        value.backward()
        optimizer.step()
        seconds += time.perf_counter() - started
        step += 1
        if step % options['every'] == 0:
            found = error()
            print(json.dumps({'seconds': seconds, 'step': step, 'error': found}), flush=True)
            if found <= options['target'] or seconds > options['seconds']:
                sys.exit()
