"""The year as vector pictures: week with the peak, days, duration, hour by day, voltage.

Contract: numbers come from `planner.checks.year_figures`, colours from the
palette; each picture is one SVG text that needs nothing else.
"""
