"""The strict loader and the writer that matches it: a test for each sentence of their docstrings."""

from __future__ import annotations

from pathlib import Path

import frontmatter
import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from itil_cli.errors import Broken, Malformed
from itil_cli.store.yaml import yamlsafe
from itil_cli.store.yaml.yamlwrite import LONGEST, UNSAFE, lines

WORDS = """
no on y n Y yes NO True null ~ = << <<x - -- --- ... . .. ? ?x : :x x: x:y 1:30 1:30:00 0o7 007 0x1F 0b1
0? a?b 1_000 1.10 1. .5 1e3 7e3 7.e3 1.5e+3 .inf -.inf .nan +1 -1 -0 0 00 12 1234567890123456789
2026-11-24 2026-02-30 2026-11-24T08:59:00Z 4h 95% @x `x %x &x *x !x |x >x #x x#y {x} [x] x,y , 'x' "x" it's
a\\b \\n é 日本 😀 x😀 🇩🇪 true false none None id: INC-20261124-7KQF2 \\ ' "
"""
TRICKY = [
    *WORDS.split(),
    "",
    " ",
    " a",
    "a ",
    "a  b",
    "a: b",
    "a #b",
    "a\nb",
    "\n",
    "\ta",
    "a\tb",
    "a\r\nb",
    "a\rb",
]
TRICKY += ["a\u2028b", "\u2029", "\ufeff", "\uffff", "a\xa0b", "- a", "a, b: c", "x" * 900]

texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=40).filter(lambda text: not UNSAFE.search(text))
tricky = st.one_of(st.sampled_from(TRICKY), texts)
scalars = st.one_of(st.none(), st.booleans(), st.integers(-(10**17), 10**17), tricky)
keys = st.one_of(st.sampled_from(TRICKY), texts)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=12,
)


def depth(value: object) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return 0 if inner is None else 1 + max((depth(item) for item in inner), default=0)


@given(values.filter(lambda value: depth(value) <= 6))
@example({"n": "1-7k3q"})
def test_what_is_written_reads_back_by_us_and_by_yaml_1_1(value: yamlsafe.Value) -> None:
    text = f"- {yamlsafe.flow(value)}\n"
    assert yamlsafe.load(text).value == [value]
    assert yaml.load(text, yaml.CSafeLoader) == [value]
    assert yaml.load(text, yaml.SafeLoader) == [value]
    assert "\n" not in text[:-1]


@given(st.dictionaries(keys, scalars, max_size=5))
def test_what_is_written_as_fields_reads_back_by_frontmatter(fields: dict[str, yamlsafe.Value]) -> None:
    header = "".join(f"{yamlsafe.scalar(key)}: {yamlsafe.scalar(value)}\n" for key, value in fields.items())
    assert yamlsafe.load(header).value == fields
    assert frontmatter.loads(f"---\nx-first: 1\n{header}---\n").metadata == {"x-first": 1} | fields


@pytest.mark.parametrize("text", TRICKY)
def test_a_plain_text_is_written_plain_and_a_doubtful_one_is_quoted(text: str) -> None:
    assert yaml.load(yamlsafe.scalar(text), yaml.SafeLoader) == text


def test_an_event_is_written_as_the_design_shows_it() -> None:
    event: yamlsafe.Value = {
        "at": "2026-11-24T08:59:00Z",
        "by": "dana@example.com",
        "n": "1-7k3q",
        "do": "logged",
    }
    assert yamlsafe.flow(event) == ("{at: '2026-11-24T08:59:00Z', by: dana@example.com, n: 1-7k3q, do: logged}")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true", True), ("false", False), ("null", None), ("", None), ("0", 0), ("-7", -7), ("12", 12),
        ("999999999999999999", 999999999999999999),
        ("1234567890123456789", "1234567890123456789"),
        ("no", "no"), ("~", "~"), ("True", "True"), ("1.10", "1.10"), ("0o7", "0o7"), ("1:30", "1:30"),
        ("2026-02-30", "2026-02-30"), ("000042", "000042"), ("-0", "-0"), ("+1", "+1"), ("1_000", "1_000"),
        ("'12'", "12"), ('"true"', "true"), ("''", ""), ("'<<'", "<<"),
    ],
)  # fmt: skip
def test_only_true_false_null_empty_and_plain_integers_are_typed(text: str, value: yamlsafe.Value) -> None:
    read = yamlsafe.load(f"a: {text}\n").value
    assert read == {"a": value}
    assert isinstance(read, dict)
    assert type(read["a"]) is type(value)


def test_keys_are_text_whatever_they_look_like() -> None:
    assert yamlsafe.load("1: a\nno: b\nnull: c\n'<<': d\n'': e\n").value == {
        "1": "a", "no": "b", "null": "c", "<<": "d", "": "e",
    }  # fmt: skip


@pytest.mark.parametrize("text", ["", "\n", "# only a comment\n"])
def test_nothing_reads_as_an_empty_mapping(text: str) -> None:
    assert yamlsafe.load(text).value == {}


def test_a_question_in_a_text_is_no_explicit_key() -> None:
    assert yamlsafe.load("a: |\n  ? b\nc: why ? who\n").value == {"a": "? b\n", "c": "why ? who"}


def test_crlf_and_a_leading_document_line_are_fine() -> None:
    assert yamlsafe.load(b"---\r\na: 1\r\nb: [x,\r\n  y]\r\n").value == {"a": 1, "b": ["x", "y"]}


def test_eight_levels_are_read() -> None:
    assert depth(yamlsafe.load("a: " + "[" * 7 + "]" * 7).value) == 8


def test_65_536_values_are_read_and_one_more_is_not() -> None:
    text = "\n".join("- [" + "x," * 253 + "x]" for _ in range(257))  # 1 + 257 * 255 = 65,536
    assert isinstance(yamlsafe.load(text).value, list)
    with pytest.raises(Broken) as caught:
        yamlsafe.load(text + "\n- y", path="p")
    assert str(caught.value) == "p:258:3: more than 65,536 values. Split the file."


def test_a_header_of_512_kib_is_read_and_one_byte_more_is_not() -> None:
    text = ("# " + "x" * 1021 + "\n") * 512
    assert yamlsafe.load(text).value == {}
    with pytest.raises(Broken) as caught:
        yamlsafe.load(text + "#", path="p")
    assert str(caught.value) == "p:1:1: more than 512 KiB of YAML. Move long text to the body."


def test_a_line_is_measured_in_bytes() -> None:
    assert yamlsafe.load("a: " + "x" * 8189).value == {"a": "x" * 8189}
    with pytest.raises(Broken, match="more than 8 KiB"):
        yamlsafe.load("a: " + "é" * 4095)


def test_a_file_over_2_mib_is_refused() -> None:
    with pytest.raises(Broken) as caught:
        yamlsafe.load(b"#" * (2 * 1024 * 1024 + 1), path="p")
    assert str(caught.value) == "p:1:1: the file has 2,097,153 bytes; 2 MiB is the limit. Move long text elsewhere."


HOSTILE = ["[", "{a: ", "- ", "? ", "a: b: ", "!a ", "&a ", "*a ", "'", '"', "a\n", "a: |\n ", "#", ",", "\\"]
HOSTILE += [
    "%",
    "@",
    "`",
    "x: &a [*a]\n",
    "\t",
    " ",
    "\n",
    "-",
    "---\n",
    "'x': ",
    "[? ",
    "a: {",
    "{[",
    "[]: ",
]


@pytest.mark.parametrize("piece", HOSTILE)
def test_fifty_thousand_hostile_characters_are_read_or_refused(piece: str) -> None:
    text = piece * (50_000 // len(piece))
    for data in (text, "\n".join(text[place : place + 8000] for place in range(0, len(text), 8000))):
        try:
            yamlsafe.load(data)
        except Broken as broken:
            assert broken.line


@given(st.text(max_size=60) | st.text(st.sampled_from("ab:-[]{},'\"\\&*!|>#?%@ \n\t0"), max_size=60))
def test_any_text_is_read_or_refused_with_a_place(text: str) -> None:
    try:
        loaded = yamlsafe.load(text)
    except Broken as broken:
        assert broken.line is not None
        assert broken.column is not None
        assert broken.code.startswith("yaml-")
    else:
        assert loaded.marks.of(()) >= (1, 1)


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        yamlsafe.load(data)
    except Broken as broken:
        assert broken.line is not None


@pytest.mark.parametrize("name", ["itil.yaml", "people.yaml", "services.yaml"])
def test_the_example_policies_load_as_yaml_1_1_reads_them(shared: Path, name: str) -> None:
    data = (shared / "examples" / name).read_bytes()
    assert yamlsafe.load(data, path=name).value == yaml.safe_load(data)


MARKED = "a: 1\nb:\n  - {x: 1, 'y z': [p, q]}\n  # comment\n  - é: two\nc: |\n  text\n"


@pytest.mark.parametrize(
    ("path", "value", "key"),
    [
        (("a",), (1, 4), (1, 1)),
        (("b", 0), (3, 5), (3, 5)),
        (("b", 0, "y z"), (3, 19), (3, 12)),
        (("b", 0, "y z", 1), (3, 23), (3, 23)),
        (("b", 1, "é"), (5, 8), (5, 5)),
        (("c",), (6, 4), (6, 1)),
        (("b", 7, "x"), (3, 3), (2, 1)),
        (("z",), (1, 1), (1, 1)),
        ((), (1, 1), (1, 1)),
    ],
)
def test_marks_count_from_1_and_fall_back_to_what_holds_the_value(
    path: tuple[str | int, ...], value: tuple[int, int], key: tuple[int, int]
) -> None:
    marks = yamlsafe.load(MARKED).marks
    assert marks.of(path) == value
    assert marks.key(path) == key


def test_marks_count_from_the_line_that_the_text_starts_at() -> None:
    assert yamlsafe.load("a: 1\n", first_line=7).marks.of(("a",)) == (7, 4)


def test_a_line_over_8_kib_is_broken_after_commas() -> None:
    many: yamlsafe.Value = {
        "children": [f"INC-20261124-{number:05}" for number in range(1000)],
        "x": "é" * 900,
    }
    text = lines("- ", many, "  ")
    assert max(len(line.encode()) for line in text.split("\n")) <= LONGEST
    assert "\n" in text
    assert yamlsafe.load(text).value == [many]
    assert yaml.safe_load(text) == [many]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("a\x1bb", "the character U+001B cannot be kept. Take it out."),
        ("a\u202eb", "the character U+202E cannot be kept. Take it out."),
        ("a\udcffb", "the character U+DCFF cannot be kept. Take it out."),
        ("x" * 8000, "a value is longer than 8 KB. Put long text into a note or the description."),
        (
            {"k" * 1001: 1},
            "the name 'kkkkkkkkkkkkkkkkkkkk'… is longer than a thousand characters. Shorten it.",
        ),
    ],
)
def test_what_the_loader_refuses_is_not_written(value: yamlsafe.Value, said: str) -> None:
    with pytest.raises(Malformed) as caught:
        lines("a: ", value, "  ")
    assert str(caught.value) == said


def test_what_yaml_1_1_reads_otherwise_is_found_with_its_quoted_form() -> None:
    text = "a: no\nb: [on, 1:30, 0o7, yes]\nc: 1.10 # two\nd: 2026-02-30\ne: 1_000\n"
    text += "f: 'no'\ng: 12\nno: x\nh: ~\n"
    assert yamlsafe.warnings_1_1(text) == [
        (1, 4, "no", "'no'"),
        (2, 5, "on", "'on'"),
        (2, 9, "1:30", "'1:30'"),
        (2, 15, "0o7", "'0o7'"),
        (2, 20, "yes", "'yes'"),
        (3, 4, "1.10", "'1.10'"),
        (4, 4, "2026-02-30", "'2026-02-30'"),
        (5, 4, "1_000", "'1_000'"),
        (8, 1, "no", "'no'"),
        (9, 4, "~", "'~'"),
    ]


@given(st.dictionaries(keys, tricky, max_size=4))
def test_what_the_program_writes_is_never_warned_of(fields: dict[str, str]) -> None:
    assert yamlsafe.warnings_1_1(f"- {yamlsafe.flow(dict(fields))}\n") == []


@given(
    st.lists(tricky, min_size=1, max_size=4),
    st.sampled_from(["k: {}", "- {}", "[{}]", "{{a: {}}}", "{}: v", "[x, {}]"]),
)
@example(["2001-1-4 21:59:43"], "k: {}")
def test_the_quick_look_never_misses_what_yaml_1_1_reads_otherwise(words: list[str], form: str) -> None:
    for word in words:
        text = form.format(word) + "\n"
        try:
            yamlsafe.load(text)
        except Broken:
            continue
        assert yamlsafe.may_differ(text) or yamlsafe.warnings_1_1(text) == []
