"""Numbers and tables as text."""


def number(value, digits=4, sign=False):
    return "-" if value is None else f"{value:{'+' if sign else ''}.{digits}f}"


def with_error(value, error, digits=4):
    """0.7851 ±0.0058: a figure and its standard error, rows clustered."""
    return number(value, digits) if value is None or error is None else f"{value:.{digits}f} ±{error:.{digits}f}"


def interval(value, low, high, digits=4, sign=True):
    """+0.0028 [-0.0012, +0.0069]: a figure and its 95 % interval."""
    if value is None or low is None or high is None:
        return number(value, digits, sign)
    return f"{number(value, digits, sign)} [{number(low, digits, sign)}, {number(high, digits, sign)}]"


def table(head, rows):
    """A Markdown table; `|` in a cell is written so that it stays in its cell."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(str(cell).replace("|", "\\|") for cell in line) + " |" for line in lines)
