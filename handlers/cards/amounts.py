"""How figures are written: rare shares, and those of nearly all, with a decimal; times in the unit people think in."""

from rules.metrics.cells import Measured


def amount(m: Measured, value: float) -> str:
    return seconds(value) if m.time else percent(value)


def percent(share: float) -> str:
    """0.3% is not 0%, and 99.6% is not all."""
    rare = 0 < share < 0.02 or 0.98 < share < 1
    return f"{share:.1%}" if rare else f"{share:.0%}"


def seconds(value: float) -> str:
    if value < 90:
        return f"{value:.0f} 秒"
    if value < 5400:
        return f"{value / 60:.0f} 分钟" if value >= 600 else f"{value / 60:.1f} 分钟"
    return f"{value / 3600:.1f} 小时"
