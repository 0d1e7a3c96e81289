"""Directory extensions of users: properties that the company defined. Graph returns them only by name in `$select`.

https://learn.microsoft.com/graph/extensibility-overview#directory-microsoft-entra-id-extensions
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.tenant.rng import Draw, named_guid

if TYPE_CHECKING:
    from sandbox.tenant.collection_store import JsonObject

_APP = named_guid("app that defines the extensions of users").replace("-", "")
BADGE_NUMBER = f"extension_{_APP}_badgeNumber"
COST_CENTRES = f"extension_{_APP}_costCentres"
REMOTE = f"extension_{_APP}_isRemote"
TRAINED_AT = f"extension_{_APP}_trainedAt"
#: A schema extension has one name and is an object.
TRAINING = "extkx4c2d_training"
EXTENSIONS = (BADGE_NUMBER, COST_CENTRES, REMOTE, TRAINED_AT, TRAINING)


def extension_columns(user_id: str) -> JsonObject:
    """The extensions that are set for a user: none for two in five, a part or all for the others."""
    throw = Draw(f"extensions {user_id}".encode(), 0)
    count = throw.below(len(EXTENSIONS) + 3) - 2
    values = {
        BADGE_NUMBER: 10_000 + throw.below(90_000),
        COST_CENTRES: [f"{4000 + throw.below(900)}" for _ in range(1 + throw.below(2))],
        REMOTE: throw.below(2) == 0,
        TRAINED_AT: f"20{20 + throw.below(6)}-0{1 + throw.below(9)}-1{throw.below(9)}T08:00:00Z",
        TRAINING: {"course": "Fire safety", "level": 1 + throw.below(3)},
    }
    return dict(list(values.items())[: max(count, 0)])
