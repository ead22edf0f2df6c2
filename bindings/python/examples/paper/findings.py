"""findings.md: the tables, each with a line on what its numbers are."""

import os

import claims
import tables
from days import HELD
from measure import SOUND
from tables import probe_days

import clicklens


def text(figures, parameters, checkpoints, seed):
    return "\n\n".join([_about(figures, parameters, checkpoints, seed), *_sections(figures)]) + "\n"


def _about(figures, parameters, checkpoints, seed):
    days = figures.days
    progressive = ", ".join(f"{tables.EPOCHS[c.stage]} {c.progressive:.4f}" for c in checkpoints)
    return (f"## {days.name}\n\n{days.about}. {HELD:.0%} of the rows of days trained on are held out, seed {seed}. GwEN: ids embedded "
            f"in {days.dim} dimensions, summed within groups, ReLU layers {'-'.join(map(str, days.tower))}, one logit; {parameters:,} "
            f"parameters. Dense Adam, lr {days.rate}, batch {days.batch}; the output bias refitted on the rows trained on. Progressive "
            f"AUC of the rows since the checkpoint before (each batch scored before its update): {progressive}. clicklens "
            f"{clicklens.version()}.\n\n± is one standard error, [ ] a 95 % interval, rows clustered by `{figures.diagnoses[SOUND]['cluster']}` "
            "(delete-one-bucket jackknife). ** is a finding by the library's own thresholds.")


def _sections(figures):
    probe = tables.checkpoint(figures, SOUND)["probe"]
    told = probe_days(probe)
    fit = os.path.basename(probe["fit"][0]) if probe else "-"
    yield "### Against the paper\n\n" + claims.as_table(figures)
    yield ("### Decay: AUC by day\n\n" + tables.auc_by_day(figures) + "\n\nLess the AUC of the rows held out (of the first day), by "
           "`clicklens diagnose`:\n\n" + tables.auc_change(figures))
    yield ("### Stages on the same rows\n\nAUC less that of the checkpoint of one epoch, paired, by `clicklens diff`:\n\n"
           + tables.auc_of_stages(figures))
    yield ("### Scores by stage and label\n\nMean and standard deviation of the logit, by `clicklens neurons --layer ctr`; the "
           "report has the histograms.\n\n" + tables.scores(figures))
    yield ("### Neuron spread, test days against rows trained on\n\nMedian over a layer's neurons of sd on all test days / sd on rows trained "
           "on (the library gives no interval of a median; that of the logit is above), neurons that never fired, effective rank on "
           "rows trained on / test days:\n\n" + tables.spread(figures))
    if told:
        where = os.path.basename(told[0]["file"])
        yield (f"### Probes\n\nAUC on {where} of a linear probe of each layer, fitted on {fit}, which no checkpoint saw; what it has over "
               "the layer before, paired, and whether that is something:\n\n"
               + tables.probes(figures, {s: tables.checkpoint(figures, s)["probe"] for s in tables.STAGES}))
        yield (f"Controls: labels shuffled (on rows fitted, on others), a random label for each `{probe['control_column']}`, a network of "
               f"untrained weights; mean ± sd of {probe['draws']} draws:\n\n" + tables.probe_controls(figures))
    yield ("As the paper has it, fitted on the rows that the network was trained on, told on rows held out (of the first day):\n\n"
           + tables.probes(figures, figures.paper_probes))
    yield ("### Saliency by group\n\nShares of mean |(e - mean e) . gradient of the logit|: rows trained on, test days; logarithm of their "
           "ratio:\n\n" + tables.saliency(figures))
    yield ("### Findings of `clicklens diagnose`\n\n" + tables.found(figures))
    load = os.getloadavg()[0]
    yield ("### What refining brought\n\nThe `clicklens refine` commands that `diagnose` prints, one by one, then all but cuts in one with "
           "tables as f16, learning from the rows held out; on the first and the last test day that the edit did not learn from. µs a "
           f"request: a median, one thread, at a load of {load:.0f} on {os.cpu_count()} processors"
           f"{': more noise than measure' if load > os.cpu_count() else ''}.\n\n" + tables.refined(figures))
