"""Who comes, when, for how long and with what need: seeded sessions.

Contract: ``estimate(inputs, seed) -> Demand``; archetypes are data in
``data/demand`` and every parameter there has a source or is marked as assumed.
"""
