"""Codes of practice: one module and one folder of tables each, behind `protocol.Code`.

Contract: `registry.get(id)` returns a code; a new one needs a module with
``CODE``, a folder ``data/codes/<id>`` and a line in the registry.
"""
