#!/usr/bin/env python3
"""Do importance and saliency tell what the generator planted? One line a seed, and whether every rule held.

    seeds.py CLICKLENS DIR --seeds 1 20

Per seed: synthetic days, the demo's network trained one epoch and four on 80 % of day 1's requests (the rest is held
out). Rules (one epoch): on day 4 the noise group's permutation drop is below 0.004 and every other group's but memo's
above 0.01; it has the lowest centred share but memo's; no group is memorised. Four epochs: memo is, whose ids are private to the day.
The contrast of shares, hold against train, is reported: noise, user, memo.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "bindings" / "python" / "examples"))
import clicklens
import torch
import train_demo
from gwen import training


def run(command, *arguments):
    return json.loads(subprocess.run([command, *map(str, arguments), "--json"], check=True, capture_output=True).stdout)


def split(day, folder):
    """Every fifth request of a day is held out: (rows trained on, rows held out)."""
    lines = day.read_text().splitlines(keepends=True)
    hold = [(i // 4) % 5 == 4 for i in range(len(lines) - 1)]
    parts = folder / "train.tsv", folder / "hold.tsv"
    for part, wanted in zip(parts, (False, True)):
        part.write_text(lines[0] + "".join(line for line, held in zip(lines[1:], hold) if held == wanted))
    return parts


def models(train, folder, seed):
    """One epoch, as the demo trains, and three more."""
    table = clicklens.read_table(str(train))
    net, _ = train_demo.train(table, seed)
    train_demo.save(net, folder / "one.clens", training_days=train.name)
    rows = net.encoding.encode(table)
    optimiser = torch.optim.Adam(net.parameters(), lr=5e-3)
    draws = torch.Generator().manual_seed(seed)
    for _ in range(3):
        training.epoch(net, optimiser, rows, 128, draws)
    train_demo.save(net, folder / "four.clens", training_days=train.name)
    return folder / "one.clens", folder / "four.clens"


def drops(report, split_name="data"):
    day = next(d for d in report["days"] if d["split"] == split_name)
    return {g["group"]: g["drop"] for g in day["groups"]}


def memorised(report):
    return {g["group"]: g["difference"] for g in report["contrasts"][0]["groups"] if g["memorised"]}


def measure(command, folder, seed):
    folder.mkdir(parents=True, exist_ok=True)
    run(command, "synth", "--days", 4, "--rows", 20000, "--seed", seed, "--out", folder)
    train, hold = split(folder / "day=01.tsv", folder)
    one, four = models(train, folder, seed)
    later = drops(run(command, "importance", one, folder / "day=04.tsv"))
    shares = run(command, "saliency", one, folder / "day=04.tsv", "--reference", train, "--by", "day")["parts"][0]
    others = [g for g in later if g not in ("noise", "memo")]
    share = {g["group"]: g["share"] for g in shares["groups"]}
    contrast = run(command, "saliency", one, "--train", train, "--test", hold)["contrasts"]
    after = {epochs: run(command, "importance", model, hold, "--train", train)
             for epochs, model in ((1, one), (4, four))}
    found = {epochs: memorised(report) for epochs, report in after.items()}
    return {"seed": seed, "noise": later["noise"], "least_other": min(later[g] for g in others),
            "noise_last": share["noise"] < min(share[g] for g in others),
            "memorised_1": found[1], "memorised_4": found[4],
            "contrast": {c["group"]: round(c["log_ratio"], 3) for c in contrast if c["finding"]},
            "holds": later["noise"] < 0.004 and min(later[g] for g in others) > 0.01 and
            share["noise"] < min(share[g] for g in others) and not found[1] and "memo" in found[4]}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clicklens")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seeds", type=int, nargs=2, default=[1, 20])
    options = parser.parse_args()
    seeds = range(options.seeds[0], options.seeds[1] + 1)
    good = 0
    for seed in seeds:
        row = measure(options.clicklens, options.folder / str(seed), seed)
        good += row["holds"]
        print(json.dumps(row), flush=True)
    print(f"{good} of {len(seeds)} seeds hold every rule")
    return 0 if good == len(seeds) else 1


if __name__ == "__main__":
    sys.exit(main())
