"""Stages of Truant's own way, to see what each costs."""

from collections.abc import Sequence
from pathlib import Path

from benchmarks.contenders.answer import Answer, Seen, over_files
from benchmarks.generate import Trail
from truant.connectors import trail_files
from truant.model.inflate import inflate_blocks

INFLATED_MAX = 1 << 40


def inflate_only(trail: Trail, cores: int) -> Answer:
    """Read and inflate, nothing else."""
    over_files(_inflate, trail, cores)
    return Answer(trail.records)


def decode_only(trail: Trail, cores: int) -> Answer:
    """Read, inflate and decode into typed calls, nothing else."""
    return Answer(over_files(_decode, trail, cores).records)


def _inflate(files: Sequence[Path]) -> tuple[int, Seen]:
    for path in files:
        with path.open("rb") as stream:
            for _ in inflate_blocks(
                iter(lambda: stream.read(trail_files.BLOCK_BYTES), b""), INFLATED_MAX
            ):
                pass
    return 0, {}


def _decode(files: Sequence[Path]) -> tuple[int, Seen]:
    return sum(len(p.decoded.calls) for path in files for p in trail_files.read_parts(path)), {}
