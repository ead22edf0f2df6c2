"""One epoch of training, predictions, and figures computed without clicklens."""

import numpy as np
import torch


def auc(logits, labels):
    """Mann-Whitney with ties; None for one class."""
    logits, labels = np.asarray(logits, np.float64), np.asarray(labels) > 0.5
    _, inverse, counts = np.unique(logits, return_inverse=True, return_counts=True)
    middle = np.cumsum(counts) - (counts - 1) / 2  # mean rank of each run of ties
    clicks = int(labels.sum())
    others = len(labels) - clicks
    if not clicks or not others:
        return None
    return float((middle[inverse][labels].sum() - clicks * (clicks + 1) / 2) / (clicks * others))


def log_loss(logits, labels):
    logits, labels = np.asarray(logits, np.float64), np.asarray(labels, np.float64)
    return float(np.mean(np.logaddexp(0, logits) - labels * logits))


def predict(net, rows, batch=4096):
    with torch.no_grad():
        parts = [net(rows.take(slice(i, i + batch))) for i in range(0, len(rows), batch)]
    return torch.cat(parts).numpy() if parts else np.zeros(0, np.float32)


def start_at_click_rate(net, rows):
    """Output bias at the logit of the click rate: no time is spent learning the base rate."""
    rate = float(rows.labels.mean())
    with torch.no_grad():
        net.tower[-1].bias.fill_(float(np.log(rate / (1 - rate))))


def epoch(net, optimiser, rows, batch, generator, say=lambda done, total: None):
    """One shuffled epoch. Returns the progressive AUC: each batch was scored before its own update."""
    order = torch.randperm(len(rows), generator=generator)
    seen = []
    for step, index in enumerate(order.split(batch)):
        part = rows.take(index)
        logits = net(part)
        loss = torch.nn.functional.binary_cross_entropy_with_logits(logits, part.labels)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        seen.append(logits.detach())
        say((step + 1) * batch, len(rows))
    return auc(torch.cat(seen).numpy(), rows.labels[order].numpy())


def refit_bias(net, rows):
    """Shifts the output bias until the mean prediction on these rows is their click rate (Newton)."""
    logits, rate, shift = predict(net, rows).astype(np.float64), float(rows.labels.double().mean()), 0.0
    for _ in range(50):
        p = 1 / (1 + np.exp(-(logits + shift)))
        step = (rate - p.mean()) / (p * (1 - p)).mean()
        shift += step
        if abs(step) < 1e-12:
            break
    with torch.no_grad():
        net.tower[-1].bias += shift
