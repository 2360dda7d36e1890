"""Artifact stores of a pipeline whose actions run in several Regions: the action that is abroad, the stores to write.

Source: docs/behaviour/codepipeline.md §2.1, §2.2 and §3, rule 15.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sim.formats.apishapes import bucket_in, flow

MAX_STORES = 2_000
"""Stores of so many characters are written out."""


@dataclass(frozen=True, slots=True)
class Abroad:
    """Actions in several Regions. `index` is the place of the first that is not in `home`, where the most are."""

    index: int
    region: str
    home: str
    others: tuple[str, ...]
    """The Regions beside `home`, in the order of the declaration."""
    is_alone: bool
    """Whether that action is the only one elsewhere, and may well be a slip."""
    is_sure: bool
    """Whether ARNs of the declaration are of `home`, too."""


def abroad(wanted: Sequence[str], arns: str) -> Abroad | None:
    """What is abroad; None when all are in one Region. `wanted` are Regions of actions, `arns` a text with ARNs."""
    counts = Counter(wanted)
    if len(counts) < 2:
        return None
    named = {region: arns.count(f":{region}:") for region in counts}
    home = max(counts, key=lambda region: (counts[region], named[region]))
    others = tuple(region for region in counts if region != home)
    index = next(index for index, region in enumerate(wanted) if region != home)
    only = len(others) == 1 and counts[others[0]] == 1
    own_alone = counts[home] > 1 or (named[home] > 0 and not named[others[0]])
    return Abroad(index, wanted[index], home, others, only and own_alone, named[home] > 0)


def hint(found: Abroad, store: Mapping[str, Any], listed: bool = False) -> str:
    """What to write. `listed`: as CloudFormation has them, in a list, with keys that begin with capital letters."""
    stores = in_each(store, (found.home, *found.others))
    key, written = "artifactStore", flow(stores, MAX_STORES)
    if listed:
        key = "ArtifactStore"
        rows = [{"Region": region, key: _capital(one)} for region, one in stores.items()]
        written = flow(rows, MAX_STORES)
    if found.is_alone:
        first = f"if it is a slip, write {found.home}; else write, in place of {key}, "
    else:
        first = f"write, in place of {key}, "
    own = "" if found.is_alone or found.is_sure else ", and one for the pipeline's own Region"
    return f"{first}`{key}s: {written}`{own}"


def in_each(store: Mapping[str, Any], regions: Sequence[str]) -> dict[str, dict[str, Any]]:
    """A store for each Region: the first has what is there, the others say what is due."""
    location = store.get("location")
    bucket = bucket_in(location) or location if isinstance(location, str) else "…"
    found = {regions[0]: {**store, "location": bucket}}
    for region in regions[1:]:
        other: dict[str, Any] = {**store, "location": f"‹a bucket in {region}›"}
        if isinstance(store.get("encryptionKey"), dict):
            other["encryptionKey"] = {**store["encryptionKey"], "id": f"‹a key in {region}›"}
        found[region] = other
    return found


def _capital(value: Any) -> Any:
    if isinstance(value, dict):
        return {key[:1].upper() + key[1:]: _capital(item) for key, item in value.items()}
    return value
