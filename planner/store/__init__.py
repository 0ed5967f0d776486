"""The project file: codec, verified atomic write, backups, operation log, lock, upgrades.

Contract: `project_file.save` leaves either the old file or the new one, whole;
`project_file.load` returns exactly what was saved or raises `InputError`. No
file that is opened here runs code, names modules or is followed elsewhere.
"""
