"""A bar chart as SVG, readable on light and dark: it follows prefers-color-scheme."""

from xml.sax.saxutils import escape

STYLE = """
    text { font: 13px system-ui, sans-serif; fill: #24292f }
    .title { font-weight: 600; font-size: 14px }
    .note { fill: #57606a; font-size: 12px }
    .bar { fill: #8c959f } .own { fill: #1f6feb } .axis { stroke: #d0d7de }
    @media (prefers-color-scheme: dark) {
      text { fill: #e6edf3 } .note { fill: #9198a1 } .bar { fill: #656c76 } .own { fill: #4493f8 } .axis { stroke: #3d444d }
    }
"""
WIDTH, LEFT, ROW, TOP = 820, 330, 28, 58


def bars(title, note, rows):
    """rows: [(label, value, is it ours)], drawn in this order."""
    longest = max(value for _, value, _ in rows)
    height = TOP + ROW * len(rows) + 12
    lines = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
             f'role="img" aria-label="{escape(title)}">', f"  <style>{STYLE}  </style>",
             f'  <text class="title" x="8" y="22">{escape(title)}</text>',
             f'  <text class="note" x="8" y="42">{escape(note)}</text>']
    for i, (label, value, own) in enumerate(rows):
        y = TOP + ROW * i
        width = max(1, round((WIDTH - LEFT - 90) * value / longest))
        lines += [f'  <text x="{LEFT - 10}" y="{y + 15}" text-anchor="end">{escape(label)}</text>',
                  f'  <rect class="{"own" if own else "bar"}" x="{LEFT}" y="{y}" width="{width}" height="20" rx="2"/>',
                  f'  <text class="note" x="{LEFT + width + 6}" y="{y + 15}">{value:,.0f}</text>']
    lines.append(f'  <line class="axis" x1="{LEFT}" y1="{TOP - 6}" x2="{LEFT}" y2="{height - 10}"/>')
    return "\n".join([*lines, "</svg>", ""])
