"""Secrets in what people write are masked; prose is left as it is."""

from __future__ import annotations

import pytest

from itil_cli.process.masking.kinds import EVERY, TOKENS
from itil_cli.process.masking.texts import MASK, in_words, kinds_in, masked
from tests.process.masked import SAMPLES

BEGIN, END = "-----BEGIN OPENSSH PRIVATE KEY-----", "-----END OPENSSH PRIVATE KEY-----"


@pytest.mark.parametrize(("kind", "secret"), SAMPLES)
def test_every_kind_is_found_and_nothing_of_it_is_left(kind: str, secret: str) -> None:
    found = masked(f"It said {secret} when I called.")
    assert kind in found.kinds
    assert found.text.startswith("It said ") and found.text.endswith(" when I called.")
    assert MASK in found.text and secret[-10:] not in found.text


def test_there_is_a_sample_of_every_kind() -> None:
    assert {kind for kind, _ in SAMPLES} == {kind.name for kind in TOKENS}


def test_a_private_key_goes_whole_and_cut_off_at_either_end() -> None:
    assert masked(f"a\n{BEGIN}\nbase64\n{END}\nb") == ("a\n***\nb", ("private key",))
    assert masked(f"a\n{BEGIN}\nbase64").text == "a\n***"
    assert masked(f"base64\n{END}\nb").text == "***\nb"


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("The password is Winter2026!", "The password is ***"),
        ("Passwort: hunter22, bitte", "Passwort: ***, bitte"),
        ("login with pwd=secret", "login with pwd=***"),
        ('{"client_secret": "abcdef"}', '{"client_secret": "***"}'),
        ("API_KEY := abcd1234", "API_KEY := ***"),
        ("export DB_PASSWORD='letmein'", "export DB_PASSWORD='***'"),
        ("deploy --token abcdefgh --dry-run", "deploy --token *** --dry-run"),
        ("Authorization: Basic dXNlcjpwYXNz", "Authorization: Basic ***"),
        ("curl -H 'Bearer abc1ef.ghijkl.mnopq'", "curl -H 'Bearer ***'"),
        ("https://bot:pa55word@git.example.com/x", "https://bot:***@git.example.com/x"),
        ("https://0123456789abcdef@git.example.com/x", "https://***@git.example.com/x"),
    ],
)
def test_a_password_in_prose_in_configuration_in_a_header_in_a_url(said: str, left: str) -> None:
    assert masked(said).text == left


@pytest.mark.parametrize(
    "said",
    [
        "Password: cannot be changed since Monday",
        "Password reset: the mail does not come",
        "The token expired at 09:15, see INC-20261124-7KQF2",
        "token: INC-20261124-7KQF2",
        "Secret rotation is scheduled for 2026-11-24",
        "secret: 2026-11-24 is the date",
        "password is not accepted",
        "authorization: pending approval of the incident manager",
        "bearer authentication fails",
        "disk-usage-of-the-payment-gateway-pay-gw-01 is at 99 %",
        "risk-assessment-of-the-storefront-is-due",
        "secret-management-of-the-production-cluster-is-slow",
        "commit 9fceb02d0ae598e95dc970b74767f19372d61af8 of https://github.com/acme/shop",
        "sha256:5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03",
        "mail from alice@example.com about https://wiki.example.com/vpn?page=2",
        "550e8400-e29b-41d4-a716-446655440000 is the request's id",
        "masked already: password=*** and https://bot:***@git.example.com/x",
        "issecret=true",
    ],
)
def test_what_is_no_secret_stays(said: str) -> None:
    assert masked(said) == (said, ())


@pytest.mark.parametrize(("kind", "secret"), SAMPLES)
def test_what_was_masked_is_not_masked_again(kind: str, secret: str) -> None:
    once = masked(f"got {secret} back").text
    assert masked(once) == (once, ())


@pytest.mark.parametrize(
    "letters", ["a", "a1", "-----BEGIN ", "eyJ", "password=", "password is ", "://", "token ", "-", "=", ":", "\n", '"',
                "sk-", "sk-a1", "secret_", "bearer ", "bearer 1", "authorization: basic ", " is ", "--token ", "gho_1"]
)  # fmt: skip
def test_hostile_text_takes_no_time(letters: str) -> None:
    """By the size of the text it stays linear: a quadratic shape would run for minutes here."""
    text = letters * (50_000 // len(letters))
    assert len(masked(text).text) <= len(text) + 3


def test_kinds_are_told_in_words() -> None:
    both = kinds_in(["AKIA" + "IOSFODNN7EXAMPLE", "nothing", "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2"])
    assert both == ("AWS key", "GitHub token")
    assert in_words(both) == "an AWS key and a GitHub token"
    assert in_words(("AWS key",)) == "an AWS key"
    assert in_words((*both, "private key")) == "an AWS key, a GitHub token and a private key"


def test_names_say_what_they_are() -> None:
    assert all(kind.name[0].isalpha() and kind.name == kind.name.strip() for kind in EVERY)
