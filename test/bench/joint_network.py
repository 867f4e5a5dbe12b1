"""The joint architecture in PyTorch, as the trainer's config describes it."""
import torch
import torch.nn.functional as F
from torch import nn

ACTIVATIONS = {'relu': nn.ReLU, 'leaky-relu': lambda: nn.LeakyReLU(0.1), 'elu': nn.ELU}


class Same(nn.Module):
    """A layer at a given output size, cropped where PyTorch's padding gives a row or column more."""
    def __init__(self, layer, size):
        super().__init__()
        self.layer, self.size = layer, size

    def forward(self, x):
        y = self.layer(x)
        return y if y.shape[2:] == self.size else y[:, :, :self.size[0], :self.size[1]]


def stack(size_in, hidden, size_out, activation):
    layers = []
    for size in hidden:
        layers += [nn.Linear(size_in, size), activation()]
        size_in = size
    return layers + [nn.Linear(size_in, size_out)]


class PartitionVAE(nn.Module):
    def __init__(self, model, image):
        super().__init__()
        height, width, channels = (image[key] for key in ('height', 'width', 'channels'))
        activation = ACTIVATIONS[model['activation']]
        self.sizes = sizes = [partition['size'] for partition in model['partitions']]
        self.factor, self.interpolation = model['subresolution']['factor'], model['subresolution']['interpolation']
        self.residual = model['heads']['residual']
        layers, (h, w), c = [], (height, width), channels
        for block in model['encoder']['blocks']:
            k, stride = block['kernel'], {'stride': 2, 'stride-4': 4}.get(block['downsample'], 1)
            inputs = h, w
            h, w = -(-h // stride), -(-w // stride)
            padding = max(k - stride, 0) // 2 if stride == 4 else k // 2 if k % 2 or stride == 1 else (k - 1) // 2
            # Of an odd size the last window reaches a row and a column further.
            short = [max(0, (to - 1) * stride + k - of - 2 * padding) for to, of in zip((h, w), inputs)]
            layers += [nn.ZeroPad2d((0, short[1], 0, short[0]))] * any(short)
            layers += [Same(nn.Conv2d(c, block['channels'], k, stride, padding), (h, w)), activation()]
            if block['downsample'] == 'max-pool':
                layers.append(nn.MaxPool2d(2))
                h, w = h // 2, w // 2
            c = block['channels']
        self.encoder = nn.Sequential(
            *layers, nn.Flatten(), *stack(c * h * w, model['encoder']['hidden'], sum(sizes), activation))
        hidden = model['heads']['hidden']
        head = lambda size: nn.Sequential(
            *stack(size, [], hidden, activation), activation(), nn.Linear(hidden, size))
        self.means, self.log_variances = (nn.ModuleList([head(size) for size in sizes]) for _ in range(2))
        blocks, c = model['decoder']['blocks'], model['decoder']['base']
        output_block = model['decoder'].get('outputBlock', 1)
        growth = 2 ** sum(block['upsample'] != 'none' for block in blocks) * output_block
        h, w = height // self.factor // growth, width // self.factor // growth
        layers = [
            *stack(sum(sizes), model['decoder']['hidden'], c * h * w, activation),
            activation(),
            nn.Unflatten(1, (c, h, w)),
        ]
        for block in blocks:
            k = block['kernel']
            if block['upsample'] != 'none':
                h, w = 2 * h, 2 * w
            if block['upsample'] == 'transposed':
                layers.append(Same(nn.ConvTranspose2d(c, block['channels'], k, 2, max(k - 2, 0) // 2), (h, w)))
            else:
                layers += [nn.Upsample(scale_factor=2)] * (block['upsample'] == 'nearest')
                layers += [Same(nn.Conv2d(c, block['channels'], k, 1, k // 2), (h, w))]
            layers.append(activation())
            c = block['channels']
        k = model['decoder']['outputKernel']
        self.decoder = nn.Sequential(
            *layers, nn.Conv2d(c, channels * output_block ** 2, k, 1, k // 2), nn.PixelShuffle(output_block))

    def forward(self, x):
        slices = self.encoder(x).split(self.sizes, 1)
        mean = torch.cat([network(s) + s if self.residual else network(s) for s, network in zip(slices, self.means)], 1)
        log_variance = torch.cat([network(s) for s, network in zip(slices, self.log_variances)], 1)
        logits = self.decoder(mean + torch.randn_like(mean) * (log_variance / 2).exp())
        if self.factor > 1 and self.interpolation == 'bilinear':
            logits = F.interpolate(logits, scale_factor=self.factor, mode='bilinear', align_corners=False)
        return mean, log_variance, logits
