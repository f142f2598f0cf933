"""Loads what `compare --equal-weights` writes (our start weights and batches) into the models of torch_bench.py, and trains on it.

Layouts that differ: dense kernels [in, out] here [out, in]; convolution kernels HWIO here OIHW; images HWC here CHW (so the rows of the dense
layer behind the flattening, too); LSTM kernels [in, 4 units] here [4 units, in], gates i, f, g, o on both sides; PyTorch has a second bias,
which stays 0 and is not trained, or each step would count twice.
"""
import json, os
import numpy as np
import torch
import torch.nn.functional as F


def read_safetensors(path):
    with open(path, 'rb') as f:
        data = f.read()
    size = int.from_bytes(data[:8], 'little')
    header = json.loads(data[8:8 + size])
    out = {}
    for name, t in header.items():
        if name == '__metadata__': continue
        a, b = t['data_offsets']
        out[name] = torch.from_numpy(np.frombuffer(data[8 + size + a:8 + size + b], dtype='<f4').reshape(t['shape']).copy())
    return out


class Normalized(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = torch.nn.Conv2d(3, 8, 3, padding=1)
        self.norm = torch.nn.BatchNorm2d(8, eps=1e-3, momentum=0.01)
        self.dense = torch.nn.Linear(288, 32); self.rows = torch.nn.LayerNorm(32, eps=1e-3)
        self.size = torch.nn.Linear(32, 1); self.kind = torch.nn.Linear(32, 5)
        self.params = list(self.parameters()); self.opt = 'adamw'

    def losses(self, data):
        x, (size, kind) = data
        h = F.avg_pool2d(F.relu(self.norm(self.conv(x))), 2)
        h = F.gelu(self.rows(self.dense(torch.flatten(h, 1))))
        there = ~torch.isnan(size)
        return [F.huber_loss(self.size(h)[there], size[there]), F.cross_entropy(self.kind(h), kind)]


class Recurrent(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.words = torch.nn.Embedding(50, 16); self.walks = torch.nn.GRU(16, 24, bidirectional=True)
        self.mix = torch.nn.Linear(48, 16); self.yes = torch.nn.Linear(16, 1); self.level = torch.nn.Linear(16, 1)
        self.params = list(self.parameters()); self.opt = 'nesterov'

    def losses(self, data):
        text, (yes, level) = data
        last = self.walks(self.words(text.t()))[1]
        h = torch.tanh(self.mix(torch.cat([last[0], last[1]], 1)))
        return [F.binary_cross_entropy_with_logits(self.yes(h), yes), F.l1_loss(self.level(h), level)]


class Attentive(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.words = torch.nn.Embedding(40, 16); self.attention = torch.nn.MultiheadAttention(16, 4, batch_first=True)
        self.rows = torch.nn.LayerNorm(16, eps=1e-3); self.spelling = torch.nn.Linear(16, 7); self.kind = torch.nn.Linear(16, 3)
        self.params = list(self.parameters()); self.opt = 'adam'; self.clip = 0.01

    def losses(self, data):
        text, (spelling, kind) = data
        x = self.words(text)
        h = self.rows(x + self.attention(x, x, x, need_weights=False)[0])
        frames = F.log_softmax(self.spelling(h), -1).transpose(0, 1)
        lengths = torch.full((len(text),), text.shape[1], dtype=torch.long)
        ctc = F.ctc_loss(frames, spelling, lengths, (spelling > 0).sum(1), blank=0, reduction='none').mean()
        return [ctc, F.cross_entropy(self.kind(h.mean(1)), kind)]


class Upsampled(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.enlarge = torch.nn.ConvTranspose2d(2, 8, 4, stride=2); self.norm = torch.nn.GroupNorm(2, 8, eps=1e-3)
        self.depthwise = torch.nn.Conv2d(8, 8, 3, groups=8)
        self.mixture = torch.nn.Linear(8, 4); self.size = torch.nn.Linear(8, 1)
        self.params = list(self.parameters()); self.opt = 'adagrad'

    def losses(self, data):
        x, (mixture, size) = data
        h = self.depthwise(F.silu(self.norm(self.enlarge(x)))).amax((2, 3))
        return [F.kl_div(F.log_softmax(self.mixture(h), -1), mixture, reduction='batchmean'), F.mse_loss(self.size(h), size)]


def other(workload):
    """The networks that are not timed; nothing for those that are."""
    return {'E1': Normalized, 'E2': Recurrent, 'E3': Attentive, 'E4': Upsampled}.get(workload, lambda: None)()


class Weights:
    """Hands out each weight once, and tells if one is left over."""

    def __init__(self, path):
        self.all = read_safetensors(path)

    def take(self, name):
        return self.all.pop(name)

    def dense(self, layer, name):
        put(layer.weight, self.take(name + '/kernel').t())
        put(layer.bias, self.take(name + '/bias'))

    def conv(self, layer, name):
        put(layer.weight, self.take(name + '/kernel').permute(3, 2, 0, 1))
        put(layer.bias, self.take(name + '/bias'))

    def lstm(self, layer, name):
        put(layer.weight_ih_l0, self.take(name + '/kernel').t())
        put(layer.weight_hh_l0, self.take(name + '/recurrent_kernel').t())
        put(layer.bias_ih_l0, self.take(name + '/bias'))
        put(layer.bias_hh_l0, torch.zeros_like(layer.bias_hh_l0))
        layer.bias_hh_l0.requires_grad_(False)

    def gru(self, layer, name, suffix):
        def gates(x):                                              # z, r, n there; r, z, n here
            z, r, n = x.chunk(3)
            return torch.cat([r, z, n])
        bias, recurrent_bias = self.take(name + '/bias')
        put(getattr(layer, 'weight_ih' + suffix), gates(self.take(name + '/kernel').t()))
        put(getattr(layer, 'weight_hh' + suffix), gates(self.take(name + '/recurrent_kernel').t()))
        put(getattr(layer, 'bias_ih' + suffix), gates(bias)); put(getattr(layer, 'bias_hh' + suffix), gates(recurrent_bias))

    def scale_and_shift(self, layer, name):
        put(layer.weight, self.take(name + '/gamma')); put(layer.bias, self.take(name + '/beta'))

    def done(self):
        if self.all: raise SystemExit('weights that no layer took: ' + ', '.join(self.all))


def put(parameter, value):
    if parameter.shape != value.shape: raise SystemExit(f'a weight is {tuple(value.shape)} in the file but {tuple(parameter.shape)} here')
    with torch.no_grad(): parameter.copy_(value)


def load_weights(workload, wl, w):
    if workload in ('W1', 'W5'):
        for i, layer in enumerate(m for m in wl.trunk.net if isinstance(m, torch.nn.Linear)): w.dense(layer, f'hidden{i + 1}')
        for head, name in zip(wl.heads, ('tags', 'a', 'b', 'c', 'kind')): w.dense(head, name)
    elif workload == 'W2':
        put(wl.et.weight, w.take('title_embedding/embeddings')); put(wl.eb.weight, w.take('body_embedding/embeddings'))
        w.lstm(wl.lt, 'title_lstm'); w.lstm(wl.lb, 'body_lstm')
        w.dense(wl.p, 'priority'); w.dense(wl.d, 'department')
    elif workload == 'W3':
        w.conv(wl.trunk.c1, 'conv1'); w.conv(wl.trunk.c2, 'conv2')
        kernel = w.take('features/kernel')                        # rows in the order row, column, channel
        put(wl.trunk.fc.weight, kernel.reshape(6, 6, 20, 50).permute(3, 2, 0, 1).reshape(50, 720))
        put(wl.trunk.fc.bias, w.take('features/bias'))
        for head, name in zip(wl.heads, ('left', 'right')):
            w.dense(head[0], name + '_hidden'); w.dense(head[2], name)
    elif workload == 'W4':
        w.dense(wl.exp, 'experts')
        put(wl.gate.weight, torch.cat([w.take(f'gate{k}/kernel').t() for k in range(wl.k)]))
        put(wl.gate.bias, torch.cat([w.take(f'gate{k}/bias') for k in range(wl.k)]))
        for k, tower in enumerate(wl.tow):
            w.dense(tower[0], f'tower{k}'); w.dense(tower[2], f'task{k}')
    elif workload == 'E1':
        w.conv(wl.conv, 'conv'); w.scale_and_shift(wl.norm, 'batch_norm')
        put(wl.norm.running_mean, w.take('batch_norm/moving_mean')); put(wl.norm.running_var, w.take('batch_norm/moving_variance'))
        put(wl.dense.weight, w.take('dense/kernel').reshape(6, 6, 8, 32).permute(3, 2, 0, 1).reshape(32, 288))
        put(wl.dense.bias, w.take('dense/bias'))
        w.scale_and_shift(wl.rows, 'row_norm'); w.dense(wl.size, 'size'); w.dense(wl.kind, 'kind')
    elif workload == 'E2':
        put(wl.words.weight, w.take('embedding/embeddings'))
        w.gru(wl.walks, 'walks/forward', '_l0'); w.gru(wl.walks, 'walks/backward', '_l0_reverse')
        w.dense(wl.mix, 'mix'); w.dense(wl.yes, 'yes'); w.dense(wl.level, 'level')
    elif workload == 'E3':
        put(wl.words.weight, w.take('embedding/embeddings'))
        put(wl.attention.in_proj_weight, torch.cat([w.take(f'attention/{part}/kernel').t() for part in ('query', 'key', 'value')]))
        put(wl.attention.in_proj_bias, torch.cat([w.take(f'attention/{part}/bias') for part in ('query', 'key', 'value')]))
        w.dense(wl.attention.out_proj, 'attention/attention_output')
        w.scale_and_shift(wl.rows, 'row_norm'); w.dense(wl.spelling, 'spelling'); w.dense(wl.kind, 'kind')
    elif workload == 'E4':
        put(wl.enlarge.weight, w.take('enlarge/kernel').permute(3, 2, 0, 1))       # row, column, out, in
        put(wl.enlarge.bias, w.take('enlarge/bias'))
        w.scale_and_shift(wl.norm, 'group_norm')
        put(wl.depthwise.weight, w.take('depthwise/kernel').permute(2, 3, 0, 1))   # row, column, channel, 1
        put(wl.depthwise.bias, w.take('depthwise/bias'))
        w.dense(wl.mixture, 'mixture'); w.dense(wl.size, 'size')
    w.done()


def load_batches(workload, folder, batch):
    column = lambda name: torch.from_numpy(np.load(os.path.join(folder, name + '.npy')))
    t = lambda name: column('target.' + name)
    classes = lambda name: t(name).reshape(-1).long()
    if workload in ('W1', 'W5'):
        x, ys = column('input.x'), [t('tags'), t('a'), t('b'), t('c'), classes('kind')]
        return [(x[i:i + batch], [y[i:i + batch] for y in ys]) for i in range(0, len(x), batch)]
    if workload == 'W2':
        title, body, tags = column('input.title').long(), column('input.body').long(), column('input.tags')
        y1, y2 = t('priority'), classes('department')
        return [((title[i:i + batch].t(), body[i:i + batch].t(), tags[i:i + batch]), (y1[i:i + batch], y2[i:i + batch])) for i in range(0, len(title), batch)]
    if workload == 'W3':
        x, ys = column('input.image').permute(0, 3, 1, 2).contiguous(), [classes('left'), classes('right')]
        return [(x[i:i + batch], [y[i:i + batch] for y in ys]) for i in range(0, len(x), batch)]
    if workload == 'W4':
        x, ys = column('input.x'), [t(f'task{k}') for k in range(5)]
        return [(x[i:i + batch], [y[i:i + batch] for y in ys]) for i in range(0, len(x), batch)]
    if workload == 'E1':
        x, ys = column('input.image').permute(0, 3, 1, 2).contiguous(), [t('size'), classes('kind')]
        return [(x[i:i + batch], [y[i:i + batch] for y in ys]) for i in range(0, len(x), batch)]
    if workload == 'E2':
        x, ys = column('input.text').long(), [t('yes'), t('level')]
        return [(x[i:i + batch], [y[i:i + batch] for y in ys]) for i in range(0, len(x), batch)]
    if workload == 'E3':
        x, ys = column('input.text').long(), [t('spelling').long(), classes('kind')]
        return [(x[i:i + batch], [y[i:i + batch] for y in ys]) for i in range(0, len(x), batch)]
    if workload == 'E4':
        x, ys = column('input.image').permute(0, 3, 1, 2).contiguous(), [t('mixture'), t('size')]
        return [(x[i:i + batch], [y[i:i + batch] for y in ys]) for i in range(0, len(x), batch)]
    raise SystemExit('no such workload: ' + workload)


def train(workload, wl, folder, batch):
    """Losses of each step: the total, then each output's."""
    settings = json.load(open(os.path.join(folder, 'settings.json')))
    load_weights(workload, wl, Weights(os.path.join(folder, 'weights.safetensors')))
    params = [p for p in wl.params if p.requires_grad]
    beta1, beta2 = 0.9, 0.999
    if wl.opt == 'adam': opt = torch.optim.Adam(params, lr=1e-3, betas=(beta1, beta2))
    elif wl.opt == 'adamw': opt = torch.optim.AdamW(params, lr=1e-3, betas=(beta1, beta2), weight_decay=0.004)
    elif wl.opt == 'adagrad': opt = torch.optim.Adagrad(params, lr=0.01, initial_accumulator_value=0.1, eps=0)
    elif wl.opt == 'nesterov': opt = torch.optim.SGD(params, lr=0.05, momentum=0.9, nesterov=True)
    else: opt = torch.optim.RMSprop(params, lr=1e-3, alpha=0.9, eps=settings['rmsprop_epsilon'])
    losses = []
    for step, data in enumerate(load_batches(workload, folder, batch), 1):
        opt.zero_grad(set_to_none=True)
        parts = wl.losses(data)
        total = sum(w * l for w, l in zip(settings['loss_weights'], parts))
        total.backward()
        if wl.opt == 'adamw': torch.nn.utils.clip_grad_norm_(params, 1)
        if hasattr(wl, 'clip'): torch.nn.utils.clip_grad_value_(params, wl.clip)
        if wl.opt in ('adam', 'adamw'):                                       # ours is added to the root before its correction
            for group in opt.param_groups: group['eps'] = settings['adam_epsilon'] / (1 - beta2 ** step) ** 0.5
        opt.step()
        losses.append([total.item()] + [l.item() for l in parts])
    return losses
