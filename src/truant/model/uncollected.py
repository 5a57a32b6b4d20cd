"""A part of the inventory that could not be had: what is missing counts as unknown."""

from msgspec import Struct


class Missing(Struct, frozen=True, order=True):
    """What could not be had: an operation in an account and region ("" for all of it), and why."""

    account: str
    region: str
    operation: str
    code: str
    message: str
