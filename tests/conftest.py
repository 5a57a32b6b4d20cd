"""What tests share."""

from tests.command import world

__all__ = ["world"]
