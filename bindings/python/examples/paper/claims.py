"""The paper's claims held against the figures, by rules that are stated beside them; no verdict is written by hand."""

from dataclasses import dataclass

from markdown import interval, table
from measure import OVERTRAINED, SOUND
from tables import checkpoint, checks, evidence, probe_days

AGREES, DIFFERS, OPEN = "agrees", "differs", "not enough data"
WORTH = 0.002      # AUC: what `probe` and `diagnose` count as something
SIGN_GAP = 0.02    # AUC: what `drift` counts as moved
SIGN_RATIO = 0.1   # of a ratio of spreads, and of the logarithm of a ratio of shares, as `saliency`


@dataclass(frozen=True)
class Claim:
    paper: str
    rule: str
    ours: str
    verdict: str


def above(low, high, bound=0.0):
    """A claim that a figure is above the bound."""
    if low is None or high is None:
        return OPEN
    return AGREES if low > bound else DIFFERS if high < bound else OPEN


def parts(sound, overtrained, low, high):
    """A claim that a sign stays within [low, high] while a model is sound, and leaves it when over-trained. Each: (value,
    low, high)."""
    if None in (sound, overtrained) or None in (*sound, *overtrained):
        return OPEN
    inside = [low <= s[1] and s[2] <= high for s in (sound, overtrained)]
    outside = [s[2] < low or s[1] > high for s in (sound, overtrained)]
    if outside[0] or inside[1]:
        return DIFFERS
    return AGREES if inside[0] and outside[1] else OPEN


def claims(figures):
    costs = _overtraining(figures)
    signs = [*_spread(figures), _probe_gap(figures), _saliency(figures), _slope(figures)]
    if costs.verdict != AGREES:  # four epochs are not over-trained here: nothing to tell apart
        signs = [Claim(s.paper, s.rule, s.ours, OPEN) for s in signs]
    return [_decay(figures), _second_epoch(figures), costs, *signs, *_layers(figures), _refining(figures)]


def as_table(figures):
    return table(["the paper's claim", "rule", "ours", "verdict"], [[c.paper, c.rule, c.ours, f"**{c.verdict}**"] for c in claims(figures)])


def _decay(figures):
    check = next((c for c in checks(figures, SOUND, "drift_auc") if c["rows_of"] == str(figures.days.test[-1])), None)
    rule = "AUC of the last test day less that of rows held out, 1 epoch: the interval lies below 0"
    text = "a model trained on one period does worse on the days that follow"
    if check is None or check["state"] == "not_enough" or check["low"] is None:
        return Claim(text, rule, "not measured" if check is None else "too few clicks", OPEN)
    return Claim(text, rule, interval(check["value"], check["low"], check["high"]), above(-check["high"], -check["low"]))


def _stage_auc(figures, stage, text):
    auc = figures.later[stage, figures.days.test[0]]["scores"]["auc"]
    rule = f"AUC of {stage} epochs less that of one, first test day, paired: the interval lies below 0"
    if auc is None:
        return Claim(text, rule, "not measured", OPEN)
    return Claim(text, rule, interval(auc["difference"], auc["low"], auc["high"]), above(-auc["high"], -auc["low"]))


def _second_epoch(figures):
    return _stage_auc(figures, "two", "from the second epoch on CTR models over-fit (not the paper: arXiv 2209.06053)")


def _overtraining(figures):
    return _stage_auc(figures, OVERTRAINED, "trained too long, a model loses on rows it has not seen")


def _told(sound, overtrained, digits):
    return " / ".join("not measured" if s is None else interval(*s, digits, False) for s in (sound, overtrained))


def _spread(figures):
    for name, rows in (("spread_ratio", "all rows"), ("spread_ratio_known_ids", "rows without unknown ids")):
        both = [evidence(figures, stage, name) for stage in (SOUND, OVERTRAINED)]
        yield Claim(f"spread is alike on train and test before over-fitting, apart after ({rows})",
                    f"sd of the logit, trained on / held out: the interval stays within 1 ± {SIGN_RATIO} after 1 epoch and is outside "
                    "after 4", _told(*both, 3), parts(*both, 1 - SIGN_RATIO, 1 + SIGN_RATIO))


def _probe_gap(figures):
    both = [evidence(figures, stage, "probe_gap") for stage in (SOUND, OVERTRAINED)]
    return Claim("probes do better on rows trained on than on others when a model over-fits, not before",
                 f"gap of the last layer's probe: the interval stays within ± {SIGN_GAP} after 1 epoch and is outside after 4",
                 _told(*both, 3), parts(*both, -SIGN_GAP, SIGN_GAP))


def shares(sound, overtrained):
    """A claim that all shares are alike while a model is sound, some are not when over-trained. Each: a list of contrasts
    {"low", "high", "finding"}."""
    moved = [any(c["finding"] for c in stage) for stage in (sound, overtrained)]
    alike = [all(None not in (c["low"], c["high"]) and -SIGN_RATIO <= c["low"] and c["high"] <= SIGN_RATIO for c in stage)
             for stage in (sound, overtrained)]
    if moved[0] or alike[1]:
        return DIFFERS
    return AGREES if alike[0] and moved[1] else OPEN


def _saliency(figures):
    contrasts = [checkpoint(figures, stage)["saliency"]["contrasts"] for stage in (SOUND, OVERTRAINED)]
    one, four = ([c["group"] for c in stage if c["finding"]] for stage in contrasts)
    verdict = shares(*contrasts)
    return Claim("the groups' saliency is alike on train and test before over-fitting, apart after",
                 f"groups whose log ratio of shares, test days to train, lies outside ± {SIGN_RATIO}: none after 1 epoch, some after 4",
                 " / ".join(", ".join(groups) or "none" for groups in (one, four)), verdict)


def _slope(figures):
    one, four = (checks(figures, stage, "overfit")[0] for stage in (SOUND, OVERTRAINED))
    states = one["state"], four["state"]
    verdict = OPEN if "not_enough" in states else AGREES if states == ("none", "found") else DIFFERS
    return Claim("(ours, not the paper's) the calibration slope on rows held out tells over-fitting",
                 "`diagnose`: none after 1 epoch, found after 4 (slope + 2 SE below 0.6)",
                 " / ".join(interval(c["value"], c["low"], c["high"], 2, False) for c in (one, four)), verdict)


def _layers(figures):
    fresh = checkpoint(figures, SOUND)["probe"]
    for probe, fitted in ((fresh, "fitted on a day the network has not seen"),
                          (figures.paper_probes[SOUND], "fitted on the rows trained on, told on rows held out")):
        days = probe_days(probe)
        steps = [] if not days else [(s["layer"], s["over_layer_before"]) for s in days[0]["layers"] if s["over_layer_before"]]
        verdicts = [above(s["low"], s["high"], 0) if s["high"] is None or s["high"] >= WORTH else DIFFERS for _, s in steps]
        verdict = OPEN if not steps else DIFFERS if DIFFERS in verdicts else AGREES if set(verdicts) == {AGREES} else OPEN
        yield Claim(f"every layer knows more than the one before ({fitted})",
                    f"AUC of a layer's probe less that of the layer before, 1 epoch: every interval lies above 0; differs where one lies below {WORTH}",
                    ", ".join(f"{name} {interval(s['difference'], s['low'], s['high'])}" for name, s in steps) or "not measured", verdict)


def _refining(figures):
    found = [(d["auc_difference"], one) for one in figures.refined for d in one.said["days"] if one.stage == SOUND and d["auc_difference"]]
    lows, highs = [d["low"] for d, _ in found], [d["high"] for d, _ in found]
    verdict = OPEN if not found else DIFFERS if min(highs) < -WORTH else AGREES if min(lows) > -WORTH else OPEN
    worst = min(found, key=lambda f: f[0]["difference"]) if found else None
    ours = "nothing to refine" if worst is None else (f"worst of {len(found)}: {interval(worst[0]['difference'], worst[0]['low'], worst[0]['high'], 5)}, "
                                                     f"`{' '.join(worst[1].options)}`")
    return Claim("what is seen helps to refine a model", f"AUC after each printed edit less before, 1 epoch, fresh days: every interval lies above -{WORTH}",
                 ours, verdict)
