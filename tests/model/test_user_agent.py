"""Clients by what they say of themselves."""

import pytest

from truant.model.user_agent import program, system


@pytest.mark.parametrize(
    ("agent", "expected"),
    [
        (
            "aws-cli/2.9.19 Python/3.11.2 Linux/6.1.0-kali5-amd64 source/x86_64.kali.2023",
            "Kali Linux",
        ),
        ("aws-cli/1.18.121 Python/3.7.7 Darwin/19.5.0 botocore/1.17.44", "macOS"),
        ("aws-cli/2.13 Python/3.11 Windows/10 exe/AMD64", "Windows"),
        ("Boto3/1.34 md/Botocore#1.34 ua/2.0 os/linux#5.10.0 md/arch#x86_64", "Linux"),
        ("aws-sdk-java/1.11 Linux/4.14.amzn2", "Linux"),
        ("curl/8.5.0", None),
    ],
)
def test_the_operating_system(agent: str, expected: str | None) -> None:
    assert system(agent) == expected


@pytest.mark.parametrize(
    ("agent", "expected"),
    [
        ("aws-cli/2.9.19 Python/3.11.2", "aws-cli"),
        ("[aws-cli/1.18 Python/3.7]", "aws-cli"),
        ("Boto3/1.34 md/Botocore#1.34", "boto3"),
        ("\u202ehostile", "\u202ehostile"),
        ("", ""),
    ],
)
def test_the_program(agent: str, expected: str) -> None:
    assert program(agent) == expected
