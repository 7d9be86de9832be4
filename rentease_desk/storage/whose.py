"""The parameters that say of which account a question is."""

from __future__ import annotations

from typing import Any

from rentease_desk.domain.stripe_objects import Identity


def whose(identity: Identity, **more: Any) -> dict[str, Any]:
    """Those of ``observed.mine``, and ``more``."""
    return {"of_account": identity.account, "of_livemode": identity.livemode, **more}
