#!/usr/bin/env python3
"""picture.py EVALUATE.json SALIENCY.json >demo.svg: the demo's figures as a picture, AUC by day beside the
share of each group on the first and the last day of the saliency report. Standard library only."""

import json
import sys

TEXT = 'font-family="sans-serif" font-size="12" fill="#333"'
BLUE, ORANGE, GREY = "#2b6cb0", "#dd8833", "#cccccc"
LEFT, TOP, WIDTH, HEIGHT = 48, 40, 320, 180  # of the chart of days, in pixels
LOWEST, HIGHEST = 0.6, 0.9


def text(x, y, words, anchor="start", extra=""):
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" {TEXT}{extra}>{words}</text>'


def line(x1, y1, x2, y2, colour, width=1):
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}" stroke-width="{width}"/>'


def days_chart(days):
    def x(i):
        return LEFT + WIDTH * (i + 0.5) / len(days)

    def y(auc):
        return TOP + HEIGHT * (HIGHEST - auc) / (HIGHEST - LOWEST)

    parts = [text(LEFT, 20, "AUC by day, with two standard errors", extra=' font-weight="bold"')]
    for tick in (0.6, 0.7, 0.8, 0.9):
        parts += [line(LEFT, y(tick), LEFT + WIDTH, y(tick), GREY), text(LEFT - 8, y(tick) + 4, f"{tick:.1f}", "end")]
    points = " ".join(f"{x(i):.1f},{y(day['auc']):.1f}" for i, day in enumerate(days))
    parts.append(f'<polyline points="{points}" fill="none" stroke="{BLUE}" stroke-width="2"/>')
    for i, day in enumerate(days):
        reach = 2 * day["auc_se"]
        parts.append(line(x(i), y(day["auc"] - reach), x(i), y(day["auc"] + reach), BLUE))
        parts.append(f'<circle cx="{x(i):.1f}" cy="{y(day["auc"]):.1f}" r="4" fill="{BLUE}"/>')
        parts.append(text(x(i), TOP + HEIGHT + 18, f"day {i + 1}", "middle"))
    parts.append(text(x(0), TOP + HEIGHT + 34, "trained", "middle"))
    return parts


def groups_chart(days, left):
    first, last = ({g["group"]: g["share"] for g in day["groups"]} for day in (days[0], days[-1]))
    longest = max(*first.values(), *last.values())
    step = HEIGHT / len(first)
    parts = [text(left, 20, "Share of the score by feature group", extra=' font-weight="bold"')]
    for i, group in enumerate(sorted(first, key=first.get, reverse=True)):
        top = TOP + i * step
        parts.append(text(left + 62, top + step / 2 + 2, group, "end"))
        for share, colour, offset in ((first[group], BLUE, 2), (last[group], ORANGE, step / 2)):
            parts.append(f'<rect x="{left + 70}" y="{top + offset:.1f}" width="{200 * share / longest:.1f}" '
                         f'height="{step / 2 - 3:.1f}" fill="{colour}"/>')
    for x, colour, words in ((left + 70, BLUE, "training day"), (left + 175, ORANGE, "later day")):
        parts.append(f'<rect x="{x}" y="{TOP + HEIGHT + 9}" width="10" height="10" fill="{colour}"/>')
        parts.append(text(x + 15, TOP + HEIGHT + 18, words))
    return parts


def main():
    days, saliency = (json.loads(open(path, encoding="utf-8").read())["days"] for path in sys.argv[1:3])
    width, height = 720, 270
    print(f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">')
    print(f'<rect width="{width}" height="{height}" fill="#ffffff"/>')
    print("\n".join(days_chart(days) + groups_chart(saliency, LEFT + WIDTH + 50)))
    print("</svg>")


main()
