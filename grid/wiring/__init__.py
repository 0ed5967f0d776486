"""Wiring design: one topic per file, each function with its clause.

Contract: pure functions of frozen inputs. Values come from ``data/`` through
the folder of a code of practice (``grid.codes``); a question the tables cannot
answer raises `problem.NotTabulated` inside the room, and `sizing` turns it into
a finding. Everything a document shows carries a `Trace`.
"""
