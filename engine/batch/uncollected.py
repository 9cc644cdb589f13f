"""Loaded first in the fork server: nothing that it loads is garbage, so nobody looks for any until a worker is warm.

The collector would look through all that is there some thousand times: a tenth of the time that loading takes.
`engine.batch.garbage.set_up_collector` sets it to work in each worker.
"""

from __future__ import annotations

import gc

gc.disable()
