"""The site, the decisions and the documents; rooms follow the user's path.

Contract: stages are pure functions of frozen inputs and a seed; what they find
wrong is a finding in their result; only ``inputs``, ``documents`` and ``store``
touch files. No Qt anywhere.
"""
