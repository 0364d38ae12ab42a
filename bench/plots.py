"""Plots as SVG, drawn by hand: bars of what was reached against its target, latency by load, CPU by process."""

import html
import math

from phases import median

INK, FAINT, GOOD, BAD = "#222", "#ddd", "#2f7d4f", "#b3402a"
COLOURS = {"server": "#2b6cb0", "mariadbd": "#d98e04", "generator": "#8a8f98", "p50_us": "#2f7d4f", "p99_us": "#d98e04", "p999_us": "#b3402a"}


class Svg:
    def __init__(self, width, height, title):
        self.width, self.height = width, height
        self.parts = [f'<rect width="{width}" height="{height}" fill="#fff"/>']
        self.text(20, 28, title, size=16, weight="bold")

    def text(self, x, y, text, size=12, anchor="start", colour=INK, weight="normal"):
        self.parts.append(f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}" fill="{colour}" '
                          f'font-weight="{weight}">{html.escape(str(text))}</text>')

    def rect(self, x, y, width, height, colour):
        self.parts.append(f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(0, width):.1f}" height="{height:.1f}" fill="{colour}"/>')

    def line(self, points, colour, width=1.0, dash=""):
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        self.parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="{width}" stroke-dasharray="{dash}"/>')

    def dot(self, x, y, colour):
        self.parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{colour}"/>')

    def done(self):
        return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{self.width}" height="{self.height}" '
                f'viewBox="0 0 {self.width} {self.height}" font-family="sans-serif">\n' + "\n".join(self.parts) + "\n</svg>\n")


def ratios(result):
    """A bar a target: how far it was reached; the line is the target, the whisker min and max."""
    rows = [row for row in result["summary"] if row["target"] is not None]
    svg = Svg(900, 90 + 34 * len(rows), "Reached, as a multiple of the target")
    left, right, most = 330, 860, 3.0
    x_of = lambda share: left + (right - left) * min(share, most) / most  # noqa: E731
    for tick in (0, 0.5, 1, 1.5, 2, 2.5, 3):
        svg.line([(x_of(tick), 48), (x_of(tick), 56 + 34 * len(rows))], INK if tick == 1 else FAINT)
        svg.text(x_of(tick), 74 + 34 * len(rows), f"{tick:g}" + ("+" if tick == most else ""), anchor="middle")
    for i, row in enumerate(rows):
        y = 56 + 34 * i
        # For what must stay below, the multiple is target / reached: right of the line is good in every row.
        share = lambda value, row=row: value / row["target"] if row["at_least"] else row["target"] / max(value, 1e-9)  # noqa: E731
        svg.text(left - 10, y + 15, row["what"] + (" (SQLite)" if row["store"] == "sqlite" else ""), anchor="end")
        svg.rect(left, y, x_of(share(row["reached"])) - left, 20, GOOD if row["ok"] else BAD)
        ends = sorted((x_of(share(row["low"])), x_of(share(row["high"]))))
        svg.line([(ends[0], y + 10), (ends[1], y + 10)], INK, 1.5)
        label = f"{row['reached']:,.0f}" if row["reached"] >= 100 else f"{row['reached']:.2f}"
        svg.text(max(left + 6, 6 + ends[1]), y + 15, label, size=11)
    return svg.done()


def _latency_panel(svg, top, title, runs):
    left, right, bottom = 80, 860, top + 230
    values = [run["latency"][p] / 1000 for run in runs for p in ("p50_us", "p999_us")]
    low, high = math.floor(math.log10(max(min(values), 0.01))), math.ceil(math.log10(max(max(values), 20.1)))
    y_of = lambda ms: bottom - (bottom - top - 20) * (math.log10(max(ms, 10.0**low)) - low) / (high - low)  # noqa: E731
    rates = [run["per_second"] for run in runs]
    x_of = lambda rate: left + (right - left) * rate / (max(rates) * 1.05)  # noqa: E731
    svg.text(left, top + 8, title, weight="bold")
    for power in range(low, high + 1):
        svg.line([(left, y_of(10.0**power)), (right, y_of(10.0**power))], FAINT)
        svg.text(left - 8, y_of(10.0**power) + 4, f"{10.0 ** power:g} ms", anchor="end", size=11)
    svg.line([(left, y_of(20)), (right, y_of(20))], BAD, dash="4 3")
    for run in runs:
        svg.text(x_of(run["per_second"]), bottom + 16, f"{run['per_second']:,.0f}/s ({run['share']:.0%})", anchor="middle", size=11)
    for percentile, name in (("p50_us", "p50"), ("p99_us", "p99"), ("p999_us", "p99.9")):
        points = [(x_of(run["per_second"]), y_of(run["latency"][percentile] / 1000)) for run in runs]
        svg.line(points, COLOURS[percentile], 2)
        for point in points:
            svg.dot(*point, COLOURS[percentile])
        svg.text(points[-1][0] + 8, points[-1][1] + 4, name, size=11, colour=COLOURS[percentile])


def latency(result):
    """Latency by load, open loop; a panel a store and kind of call. The dashed line is 20 ms."""
    panels = []
    for store, found in result["stores"].items():
        for mode, name in (("earn", "EarnPoints, one a call"), ("batch", "BatchPost, 100 a call (postings/s)")):
            runs = sorted((run for run in found["runs"] if run.get("of") == mode and "share" in run), key=lambda run: run["per_second"])
            if runs:
                panels.append((f"{name}, {store}", runs))
    svg = Svg(940, 60 + 280 * len(panels), "Latency by load (open loop, from when a call was due)")
    for i, (title, runs) in enumerate(panels):
        _latency_panel(svg, 60 + 280 * i, title, runs)
    return svg.done()


def cpu(result):
    """CPU microseconds that one posting (or call) costs, by process."""
    bars = []
    for store, found in result["stores"].items():
        for name in ("c", "a", "b", "earn", "batch", "balance"):
            runs = [run for run in found["runs"] if run["name"] == name]
            if runs:
                bars.append((f"{name}, {store}", {who: median(run["cpu_s"].get(who, 0) * 1e6 / max(1, run["succeeded_in_all"]) for run in runs)
                                                  for who in ("server", "mariadbd", "generator")}))
    most = max((sum(costs.values()) for _, costs in bars), default=1) or 1
    svg = Svg(900, 80 + 30 * len(bars), "CPU a posting or call, µs")
    for i, who in enumerate(("server", "mariadbd", "generator")):
        svg.rect(330 + 120 * i, 16, 12, 12, COLOURS[who])
        svg.text(346 + 120 * i, 27, who)
    for i, (name, costs) in enumerate(bars):
        x, y = 130.0, 50 + 30 * i
        svg.text(x - 8, y + 14, name, anchor="end")
        for who, cost in costs.items():
            width = 660 * cost / most
            svg.rect(x, y, width, 20, COLOURS[who])
            if width > 30:
                svg.text(x + width / 2, y + 14, f"{cost:,.0f}", anchor="middle", size=11, colour="#fff")
            x += width
        svg.text(x + 6, y + 14, f"{sum(costs.values()):,.0f}", size=11)
    return svg.done()


def draw(result):
    return {"ratios.svg": ratios(result), "latency.svg": latency(result), "cpu.svg": cpu(result)}
