"""The site, the decisions and the documents; rooms follow the user's path.

Contract: stages are pure functions of frozen inputs and a seed; what they find
wrong is a finding in their result; only ``inputs``, ``documents`` and ``store``
touch files. No Qt anywhere.
"""

import os

# Matrices here are small: more threads of the linear algebra only wait for each other,
# which was measured to take up to nine times as long on a busy machine. It is read when
# numpy is loaded, and by processes started from here.
for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(_name, "1")
