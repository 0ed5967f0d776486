"""Electrical engineering: circuits, kVA and faults; nothing of bays, money or Qt.

Contract: frozen inputs in, frozen results with findings and traces out. Every
function cites its source and states units, range and assumptions. Only
``grid.network`` imports pandapower.
"""
