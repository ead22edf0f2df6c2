"""The zoo's networks of several tasks in PyTorch, as zoo_networks.py has the others."""

import torch
from torch import nn
from zoo_parts import Standard, climb, tower


class Tasks(Standard):
    """Two tasks, each with a tower over what `mixed` gives it."""

    linear = False
    TOWER = 5

    def build(self, hidden):
        self.experts(hidden)
        for task in ("ctr", "cvr"):
            made = nn.Module()
            made.gate = nn.Linear(self.width, 4, bias=False)
            made.tower, made.out = tower([hidden[-1], self.TOWER]), nn.Linear(self.TOWER, 1)
            self.own(made, hidden)
            setattr(self, task, made)

    def own(self, task, hidden):
        pass

    def interact(self, v, batch):
        x = self.flat(v, batch)
        logits = []
        for task in (self.ctr, self.cvr):
            values = torch.stack([climb(layers, x) for layers in self.of(task)], 1)
            mixed = (torch.softmax(task.gate(x), 1)[:, :, None] * values).sum(1)
            logits.append(task.out(climb(task.tower, mixed)))
        return torch.cat(logits, 1)


class MMoE(Tasks):
    def experts(self, hidden):
        self.expert = nn.ModuleList(tower([self.width, *hidden]) for _ in range(4))

    def of(self, task):
        return self.expert


class PLE(Tasks):
    def experts(self, hidden):
        self.shared = nn.ModuleList(tower([self.width, *hidden]) for _ in range(2))

    def own(self, task, hidden):
        task.expert = nn.ModuleList(tower([self.width, *hidden]) for _ in range(2))

    def of(self, task):
        return [*task.expert, *self.shared]


class ShareBottom(Standard):
    linear = False

    def build(self, hidden):
        self.bottom = tower([self.width, *hidden])
        for task in ("ctr", "cvr"):
            made = nn.Module()
            made.tower, made.out = tower([hidden[-1], 5]), nn.Linear(5, 1)
            setattr(self, task, made)

    def interact(self, v, batch):
        x = climb(self.bottom, self.flat(v, batch))
        return torch.cat([task.out(climb(task.tower, x)) for task in (self.ctr, self.cvr)], 1)


class ESMM(Standard):
    """Logits of clicks, and of clicks with a conversion: of the product of two probabilities."""

    linear = False

    def build(self, hidden):
        for task in ("ctr", "cvr"):
            made = nn.Module()
            made.tower, made.out = tower([self.width, *hidden]), nn.Linear(hidden[-1], 1)
            setattr(self, task, made)

    def interact(self, v, batch):
        x = self.flat(v, batch)
        a, b = (task.out(climb(task.tower, x)) for task in (self.ctr, self.cvr))
        p = torch.sigmoid(a) * torch.sigmoid(b)
        return torch.cat([a, torch.log(p) - torch.log1p(-p)], 1)
