"""What tests share."""

from hypothesis import settings

from tests.command import world

__all__ = ["world"]
settings.register_profile("truant", deadline=None)  # machines are shared; what is slow is measured
settings.load_profile("truant")
