"""The electrical network of a site: power flow and faults.

Contract: a frozen, radial `grid.model.Network` in, frozen results out; nets of
pandapower never leave this package, and pandapower is loaded when something is
computed, not on import. What does not converge is a result with its reason.
"""
