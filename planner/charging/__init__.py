"""Load management by simulation: which car gets how much power, minute by minute.

Contract: ``simulate(sessions, stations, limit_kw, strategy) -> Service``. No
limit is exceeded at any moment, no car gets more than it wants or takes, or
anything outside its stay. All powers and limits are at the supply side.
"""
