"""Tests of `operations`: every operation of botocore's model has its row, in code and in docs."""

import re

import pytest

from tests.api_table import documented, table
from truant.api.operations import OPERATIONS, Kind
from truant.api.protocol import Protocol

MODEL = Protocol("guardduty").model


def test_every_operation_of_the_model_is_decided() -> None:
    assert sorted(OPERATIONS) == sorted(MODEL.operation_names)


def test_the_document_says_what_the_code_does() -> None:
    assert documented() == table(), "run: python -m tests.api_table"


@pytest.mark.parametrize("name", OPERATIONS)
def test_functions_are_named_after_their_operations(name: str) -> None:
    one = OPERATIONS[name]
    if one.function is None:
        assert one.kind is Kind.REFUSED
        assert one.why.endswith(".")
        return
    words = re.sub(r"IPSet", "IpSet", name)
    snake = re.sub(r"(?<!^)(?=[A-Z])", "_", words).lower()
    assert one.function.__name__ == snake
