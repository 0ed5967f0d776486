"""Where chargers, boards, trenches and cables go.

Contract: every stage is a pure function of frozen values and its seed.
`corridors.build_corridors` draws the graph, `placement.place` puts chargers and
boards on it, `routing.route` lays one trench tree with a proved bound,
`cabling.design_circuits` sizes every circuit, `redesign.redesign` does the last
two after an edit, and `checker.check` proves a design from its geometry alone.
What cannot be met is a finding; nothing here raises for a bad site.
"""
