"""Energy per step of a simulation."""

from __future__ import annotations

import numpy as np


class Book:
    """Energy per step; a long stretch costs no more than a short one."""

    def __init__(self, step_min: int, steps: int) -> None:
        self.step_min, self.steps = step_min, steps
        self.energy_kwh = [0.0] * (steps + 1)
        self.change_kw = [0.0] * (steps + 2)

    def add(self, now: float, until: float, kw: float) -> None:
        """Book a constant power; what comes after the horizon goes to one last step."""
        step_min, steps = self.step_min, self.steps
        step = int(now // step_min)
        end = (step + 1) * step_min
        first = step if step < steps else steps
        if until <= end:
            self.energy_kwh[first] += kw * (until - now) / 60
            return
        last = int(until // step_min)
        self.energy_kwh[first] += kw * (end - now) / 60
        self.energy_kwh[min(last, steps)] += kw * (until - last * step_min) / 60
        self.change_kw[min(step + 1, steps)] += kw
        self.change_kw[min(last, steps)] -= kw

    def close(self) -> list[float]:
        """Return kWh of the steps within the horizon."""
        running = np.cumsum(self.change_kw[: self.steps]) * self.step_min / 60
        return [a + b for a, b in zip(self.energy_kwh, running.tolist(), strict=False)]
