"""Secrets are masked; what is none of them stays readable."""

from __future__ import annotations

import base64

import pytest

from itil_cli.intake.ci.masking import Masker, asked_for, secrets_of

NOTHING = Masker([])


@pytest.mark.parametrize(
    "name",
    [
        "GITHUB_TOKEN", "DB_PASSWORD", "MYSQL_ROOT_PASSWD", "API_KEY", "apiKey", "AWS_SECRET_ACCESS_KEY", "SSH_PRIVATE_KEY",
        "NPM_AUTH", "SENTRY_DSN", "DOCKER_PASS", "GH_PAT", "GPG_PASSPHRASE", "SLACK_WEBHOOK", "AZURE_CREDENTIALS",
        "CONNECTION_STRING", "SESSION_COOKIE", "DEPLOY_KEY_2", "KUBE_PWD",
    ],
)  # fmt: skip
def test_a_variable_whose_name_looks_secret(name: str) -> None:
    assert secrets_of({name: "value"}) == ["value"]


@pytest.mark.parametrize("name", ["GIT_AUTHOR_NAME", "PATH", "KEYBOARD", "MONKEYS", "COMPASS", "PWD", "HOME", "SHELL"])
def test_a_variable_whose_name_does_not(name: str) -> None:
    expected = ["value"] if name == "PWD" else []  # the folder, too: better too much than too little
    assert secrets_of({name: "value"}) == expected


def test_a_password_in_any_url_is_secret() -> None:
    assert secrets_of({"DATABASE_URL": "postgres://shop:pw-1234@db/shop"}) == ["pw-1234"]


def test_the_value_is_masked_as_it_is_and_as_it_is_written_elsewhere() -> None:
    value = 'pa ss/"word"'
    mask = Masker([value])
    for written in (value, "pa%20ss%2F%22word%22", "pa+ss%2F%22word%22", 'pa ss/\\"word\\"'):
        assert mask(f"<{written}>") == "<***>"
    assert mask(base64.b64encode(value.encode()).decode().rstrip("=")) == "***"


def test_each_line_of_a_value_is_masked() -> None:
    assert Masker(["first-line\nsecond-line"])("a second-line b first-line") == "a *** b ***"


def test_the_longer_value_is_masked_first() -> None:
    assert Masker(["abcd", "abcdefgh"])("abcdefgh") == "***"


def test_short_values_and_plain_words_are_left() -> None:
    assert Masker(["abc", "true", "main", ""])("abc true main") == "abc true main"


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("::add-mask::s3cr3t%25x", "s3cr3t%x"),
        ("##[add-mask]s3cr3t", "s3cr3t"),
        ("##vso[task.setsecret]s3cr3t", "s3cr3t"),
        ("##vso[task.setvariable variable=x;issecret=true]s3cr3t", "s3cr3t"),
    ],
)
def test_what_a_job_asks_for(line: str, value: str) -> None:
    assert list(asked_for(f"before\n{line}\r\nafter")) == [value]
    assert "s3cr3t" not in NOTHING(line)


def test_a_variable_that_is_no_secret_asks_for_nothing() -> None:
    assert list(asked_for("##vso[task.setvariable variable=x]plain")) == []


TOKENS = [
    "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8",
    "github_pat_" + "11ABCDEFG0abcdefghijkl_mnopqrstuvwxyz0123456789",
    "glpat-" + "x9Y8z7W6v5U4t3S2r1Q0",
    "AKIA" + "IOSFODNN7EXAMPLE",
    "xoxb-" + "123456789012-1234567890123-abcdefghijkl",
    "https://hooks.slack.com/" + "services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX",
    "sk_live_" + "4eC39HqLyjWDarjtT1zdp7dc",
    "AIza" + "SyA1234567890abcdefghijklmnopqrstuv",
    "npm_" + "abcdefghijklmnopqrstuvwxyz0123456789",
    "pypi-" + "AgEIcHlwaS5vcmcCJDU3ZjM4ZTk0LWQ2YjctNDE3ZS05",
    "dckr_pat_" + "abcdefghijklmnopqrstuvwxyz0",
    "hf_" + "abcdefghijklmnopqrstuvwxyzABCDEFGH",
    "sk-proj-" + "abcdefghijklmnopqrstuvwxyz012345",
    "SG." + "abcdefghijklmnopqrstuv." + "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
    "eyJhbGciOiJIUzI1NiJ9." + "eyJzdWIiOiIxMjM0NTY3ODkwIn0." + "dozjgNryP4J3jVmNHl0w5N",
    "hvs." + "CAESIJlU9JMYEhOPYv4igdhm9PnZDrabYTobQ4Ymnlq1qY",
    "dop_v1_" + "0123456789abcdef" * 4,
    "glsa_" + "abcdefghijklmnopqrstuvwxyz012345_12345678",
    "dapi" + "0123456789abcdef0123456789abcdef",
    "AccountKey=" + "Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4",
]


@pytest.mark.parametrize("token", TOKENS)
def test_the_shape_of_a_token(token: str) -> None:
    assert token[-12:] not in NOTHING(f"got {token} back")
    assert NOTHING(f"got {token} back").startswith("got ")


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("password=hunter22", "password=***"),
        ('{"client_secret": "abc def"}', '{"client_secret": ***}'),
        ("API_KEY := abcd1234", "API_KEY := ***"),
        ("deploy --token abcd1234 --dry-run", "deploy --token *** --dry-run"),
        ("Authorization: Basic dXNlcjpwYXNz", "Authorization: Basic ***"),
        ("Bearer abcdef.ghijkl.mnopq", "Bearer ***"),
        ("https://bot:pa55word@git.example.com/x", "https://bot:***@git.example.com/x"),
        ("https://0123456789abcdef@git.example.com/x", "https://***@git.example.com/x"),
    ],
)
def test_an_assignment_a_header_a_url(said: str, left: str) -> None:
    assert NOTHING(said) == left


@pytest.mark.parametrize(
    "said",
    [
        "FAILED tests/test_cart.py::test_total - assert 3 == 4",
        "npm ERR! code ELIFECYCLE",
        "commit 9fceb02d0ae598e95dc970b74767f19372d61af8 of https://github.com/acme/shop",
        "error[E0382]: borrow of moved value: `cart`",
        "make: *** [Makefile:12: test] Error 1",
    ],
)
def test_ordinary_output_stays_readable(said: str) -> None:
    assert NOTHING(said) == said


def test_private_keys_whole_and_cut_off_at_either_end() -> None:
    begin, end = "-----BEGIN RSA PRIVATE KEY-----", "-----END RSA PRIVATE KEY-----"
    assert NOTHING(f"a\n{begin}\nbase64\n{end}\nb") == "a\n***\nb"
    assert NOTHING(f"a\n{begin}\nbase64") == "a\n***"
    assert NOTHING(f"base64\n{end}\nb") == "***\nb"


@pytest.mark.parametrize(
    "letters", ["a", "-----BEGIN ", "eyJ", "password=", "://", "token ", "-", "=", ":", "\n", '"', "sk-"]
)
def test_hostile_output_takes_no_time(letters: str) -> None:
    """By the size of the text it stays linear: a quadratic shape would run for minutes here."""
    text = letters * (50_000 // len(letters))
    assert len(NOTHING(text)) <= len(text) + 3
