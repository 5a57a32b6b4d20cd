"""How many different calls, and in which slots: counted exactly while few, estimated when many.

A set of call ids kept as sorted 64-bit numbers: 55 bits of hash and 9 bits for the five-minute slot
of the day. The union of two such sets is a join, so that a record read twice counts once. Small
sets are exact. A set that has grown past its bound keeps its smallest hashes only, from which the
number is estimated (k minimum values: Bar-Yossef et al., "Counting distinct elements in a data
stream", 2002; relative error about 1/sqrt(KEPT-2), here 13 %).
"""

from array import array
from collections.abc import Iterable, Sequence
from struct import pack, unpack

from msgspec import Struct
from xxhash import xxh3_64_digest, xxh3_64_intdigest

from truant.model.event_time import SLOTS_A_DAY

_SLOT_BITS = 9
_SLOT_MASK = (1 << _SLOT_BITS) - 1
_SLOT_MASK_BYTES = _SLOT_MASK.to_bytes(8)
_ALL_SLOTS = (1 << SLOTS_A_DAY) - 1
_HASH_SPACE = 1 << (64 - _SLOT_BITS)
EXACT_MAX = 4096  # more different calls than this, from one origin in one day, are estimated
STEADY_MAX = 256  # and more than this, when they are spread over STEADY_SLOTS or more
STEADY_SLOTS = 36  # three hours: an instance's ordinary work, not a raid
KEPT = 64


class Distinct(Struct, frozen=True, gc=False, array_like=True):
    """`packed` is an array of unsigned 64-bit numbers; `whole` says that none was left out."""

    packed: bytes = b""
    whole: bool = True


def call_number(call_id: str, slot: int) -> int:
    """The number that stands for one call; `slot` is its slot of the day, 0 to 287."""
    return (xxh3_64_intdigest(call_id.encode()) & ~_SLOT_MASK) | slot


def call_numbers(call_ids: Sequence[str], slots: Iterable[int]) -> Sequence[int]:
    """`call_number` of many calls, in half the time: all is C, on one large number of all."""
    form = f">{len(call_ids)}Q"
    digests = int.from_bytes(b"".join(map(xxh3_64_digest, map(str.encode, call_ids))))
    masks = int.from_bytes(_SLOT_MASK_BYTES * len(call_ids))
    places = int.from_bytes(pack(form, *slots))
    return unpack(form, (digests & ~masks | places).to_bytes(8 * len(call_ids)))


def distinct(numbers: Iterable[int], *, whole: bool = True) -> Distinct:
    """The set of these call numbers."""
    ordered = sorted(set(numbers))
    if not whole or len(ordered) > EXACT_MAX or _is_steady(ordered):
        return Distinct(array("Q", ordered[:KEPT]).tobytes(), whole=False)
    return Distinct(array("Q", ordered).tobytes())


def _is_steady(numbers: list[int]) -> bool:
    if len(numbers) <= STEADY_MAX:
        return False
    return len({number & _SLOT_MASK for number in numbers}) >= STEADY_SLOTS


def union(one: Distinct, other: Distinct) -> Distinct:
    """The join of two sets."""
    if one == other or not other.packed:
        return one
    return distinct([*_numbers(one), *_numbers(other)], whole=one.whole and other.whole)


def _numbers(some: Distinct) -> "array[int]":
    numbers = array("Q")
    numbers.frombytes(some.packed)
    return numbers


def count(some: Distinct, slots: int = _ALL_SLOTS) -> int:
    """How many different calls in the slots of the bitmap; an estimate where not `whole`."""
    numbers = _numbers(some)
    if some.whole and slots == _ALL_SLOTS:
        return len(numbers)
    inside = sum(1 for number in numbers if slots >> (number & _SLOT_MASK) & 1)
    if some.whole or not inside:
        return inside
    largest = (numbers[-1] >> _SLOT_BITS) + 1
    total = (len(numbers) - 1) * _HASH_SPACE / largest
    return round(total * inside / len(numbers))
