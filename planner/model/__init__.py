"""The nouns: frozen dataclasses that every other room reads and none changes.

Geometry is shapely in one projected CRS in metres, x east and y north.
Collections are mappings by id or tuples.
"""
