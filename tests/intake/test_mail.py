"""Real mails, read: a table of what each says, checked by eye against the file; and what no mail can do."""

from __future__ import annotations

from pathlib import Path

import pytest

from itil_cli.intake.mail.html import html_text
from itil_cli.intake.mail.message import read
from itil_cli.intake.mail.quoting import split

# File, subject, sender, kind, how the text begins, how long it is, and the attachments: name, type, bytes.
MAILS: list[tuple[object, ...]] = [
    ('attachment_emails/attachment_content_disposition', 'testing', 'foo@example.com', 'person', 'This is the first part.', 23, [('api.rb', 'text/x-ruby-script', 28)]),
    ('attachment_emails/attachment_content_location', 'testing', 'foo@example.com', 'person', 'This is the first part.', 23, [('Photo25.jpg', 'image/jpeg', 227)]),
    ('attachment_emails/attachment_message_rfc822', 'testing', 'foo@example.com', 'person', 'This is the first part.', 23, [('ForwardedMessage.eml', 'message/rfc822', 3668)]),
    ('attachment_emails/attachment_only_email', 'this message JUST contains an attachment', 'rfinnie@domain.dom', 'person', '', 0, [('blah.gz', 'application/x-gzip', 288)]),
    ('attachment_emails/attachment_pdf', 'Another PDF with 🎉 Unicode chars in it 🍿', 'xxxx@xxxx.com', 'person', 'Just attaching another PDF, here, to see what the message lo', 126, [('broken.pdf', 'application/pdf', 1026)]),
    ('attachment_emails/attachment_with_base64_encoded_name', 'Fwd: Signed email causes file attachments', 'xxxxxxxxx.xxxxxxx@gmail.com', 'person', 'We should not include these files or vcards as attachments.', 59, [('This is a test.pdf', 'application/pdf', 399)]),
    ('attachment_emails/attachment_with_quoted_filename', 'Eelanalüüsi päring', 'jeff@37signals.com', 'person', '', 0, [('Eelanalüüsi päring.jpg', 'image/jpeg', 1952)]),
    ('attachment_emails/attachment_with_unquoted_name', 'testing', 'foo@example.com', 'person', 'This is the first part.', 23, [('This is a test.txt', 'text/plain', 11)]),
    ('error_emails/bad_encoded_subject', 'TEST', '', 'person', 'TEST', 4, []),
    ('error_emails/cant_parse_from', 'Meet the new MacBook Pro family. Now includes 13-inch.', 'news@insideapple.apple.com', 'person', "From one solid piece of aluminum comes a MacBook Pro that's ", 113, []),
    ('error_emails/content_transfer_encoding_with_semi_colon', 'Attention', 'nsukijamq@morozstudio.tk', 'person', 'Dear Homeowner,\n\nYou have been pre-approved for a $402,000 H', 523, []),
    ('error_emails/content_transfer_encoding_x_uuencode', 'PGP Comments on RTO West Release of Dec. 14', 'lpeters@pacifier.com', 'person', 'Attached are the comments of the Public Generating Pool.', 56, [('PGP_Cmts_on_12-14-01_Pkg.doc', 'application/msword', 0)]),
    ('error_emails/content_transfer_encoding_text-html', 'Re: We will help you refinance your home.', 'abhijit.862153drinnan@datavalet.com', 'person', 'Hello,\nYou have qualified for the lowest rate in years.\nYou ', 433, []),
    ('error_emails/encoding_madness', 'eBay Bid - 2008 Ford Super Duty F-350 DRW King Ranch Crew Cab 4x4 (156) - Stock# XXXX', 'no-reply@crm.el-example.org', 'person', 'Body Text', 9, []),
    ('error_emails/header_fields_with_empty_values', 'Testmail', 'jorn@prikkprikkprikk.no', 'person', '', 0, []),
    ('error_emails/invalid_subject_characters', 'Formação FrenetikPolis: Mega Campanha Final Verão | Cursos de Setembro', 'info@formacaofrenetik.info', 'person', 'TEST', 4, []),
    ('error_emails/missing_body', 'REDACTED', 'redacted@attglobal.net', 'person', '', 0, []),
    ('error_emails/missing_content_disposition', 'Redacted', 'redacted@example.com', 'person', '', 0, [('somefile.jpg', 'image/jpg', 1311)]),
    ('error_emails/multiple_content_types', 'Redacted', 'redacted@flashmail.net', 'person', 'foo', 3, []),
    ('error_emails/trademark_character_in_subject', 'GA.comô has a lead for you', 'j@yahoo-example.com', 'person', 'Body Text - not important', 25, []),
    ('error_emails/weird_to_header', '', 'anonymous@i.tp.host', 'person', 'CONTACT:\n\nCOMMENT:\n\nPAGE THEY WERE ON:', 38, []),
    ('mime_emails/email_with_similar_boundaries', 'Xxxxxx', 'xxxxxx@xxxxxxxx.xxx', 'person', 'Test', 4, [('LOGO.png', 'application/octetstream', 3)]),
    ('mime_emails/raw_email11', 'worse when you use them.', 'xxxxx@xxxxx', 'person', 'XXXXX Xxxxx', 11, []),
    ('mime_emails/raw_email2', 'Fwd: Signed email causes file attachments', 'xxxxxxxxx.xxxxxxx@gmail.com', 'person', 'We should not include these files or vcards as attachments.', 59, [('smime.p7s', 'application/pkcs7-signature', 2361)]),
    ('mime_emails/raw_email4', 'Filth', 'xxx@xxxx.xxx', 'person', 'Some text', 9, []),
    ('mime_emails/raw_email7', 'testing', 'foo@example.com', 'person', 'This is the first part.', 23, [('test.rb', 'text/x-ruby-script', 25), ('test.pdf', 'application/pdf', 14), ('smime.p7s', 'application/pkcs7-signature', 227)]),
    ('mime_emails/raw_email_encoded_stack_level_too_deep', 'Nicolas Fouché has accepted your invitation to Gmail', 'gmail-noreply@google.com', 'person', 'Nicolas Fouché has accepted your invitation to Gmail and has', 342, []),
    ('mime_emails/raw_email_with_binary_encoded', 'Testing outlook', 'email_test@me.nowhere', 'person', '', 0, [('2013-08-13_19-08-28-1.jpg', 'image/jpeg', 24)]),
    ('mime_emails/raw_email_with_illegal_boundary', 'Testing outlook', 'email_test@me.nowhere', 'person', 'Hello\nThis is an outlook test\n\nSo there.\n\nMe.', 45, []),
    ('mime_emails/raw_email_with_nested_attachment', 'Testing attachments', 'jamis@37signals.com', 'person', 'Here is a test of an attachment via email.\n\n- Jamis', 51, [('truncated.png', 'image/png', 1902), ('smime.p7s', 'application/pkcs7-signature', 939)]),
    ('mime_emails/sig_only_email', 'Re: Testing multipart/signed', 'test@test.lindsaar.net', 'person', 'This is random text, not what has been signed below, ie, thi', 96, [('signature.asc', 'application/pgp-signature', 197)]),
    ('multi_charset/japanese', 'まみむめも', 'raasdnil@gmail.com', 'person', 'かきくえこ', 5, []),
    ('multi_charset/japanese_attachment', 'testing', 'raasdnil@gmail.com', 'person', 'testing', 7, [('てすと.txt', 'text/plain', 33)]),
    ('multi_charset/japanese_attachment_long_name', 'まみむめもまみむめもまみむめもまみむめもまみむめもまみむめもまみむめもまみむめもまみむめもまみむめも', 'mikel@test.lindsaar.net', 'person', '', 0, [('かきくけこかきくけこかきくけこかきくけこかきくけこ.txt', 'text/plain', 18)]),
    ('multi_charset/japanese_iso_2022', 'まみむめも', 'raasdnil@gmail.com', 'person', 'すみません。', 6, []),
    ('multi_charset/japanese_shift_jis', 'test', 'xxxxxxx@docomo.ne.jp', 'person', 'あいうえお\n\nこのメールはテスト用のメールです。\n\n今後ともよろしくお願い申し上げます！', 44, []),
    ('multi_charset/ks_c_5601-1987', 'test', 'from@example.com', 'person', '스티해', 3, []),
    ('multipart_report_emails/multi_address_bounce1', 'Undelivered Mail Returned to Sender', 'mailer-daemon@lvmail01.ll.com', 'bounce', "This is the mail system at host lvmail01.LL.com.\n\nI'm sorry ", 2569, [('part-1.bin', 'message/delivery-status', 2727), ('part-2.eml', 'message/rfc822', 1343)]),
    ('multipart_report_emails/report_530', 'Returned mail: see transcript for details', 'mailer-daemon@tttttt.com.au', 'bounce', 'The original message was received at Mon, 24 Dec 2007 10:03:', 554, [('part-1.bin', 'message/delivery-status', 378), ('part-2.bin', 'text/rfc822-headers', 1663)]),
    ('plain_emails/basic_email', 'Testing 123', 'test@lindsaar.net', 'person', 'Plain email.\n\nHope it works well!\n\nMikel', 40, []),
    ('plain_emails/raw_email', 'NOTE: 한국말로 하는 것', 'jamis@37signals.com', 'person', '대부분의 마찬가지로, 우리는 하나님을 믿습니다.\n\n제 이름은 Jamis입니다.', 43, []),
    ('plain_emails/raw_email_incorrect_header', 'Stop adware/spyware once and for all.', 'xxx@xxx.xxx', 'person', 'You are infected with:\nAd Ware and Spy Ware\n\nGet your free s', 241, []),
    ('plain_emails/raw_email_multiple_from', '/home/svn/public/minebox revision 214', 'tim@powerupdev.com', 'person', '<p><b>recordkick</b> 2007-10-22 23:45:23 +0000 (Mon, 22 Oct ', 619, []),
    ('plain_emails/raw_email_reply', 'Re: Test reply email', 'xxxxxxxx@xxx.org', 'person', 'Message body', 12, []),
    ('plain_emails/raw_email_with_partially_quoted_subject', 'Re: Test: "漢字" mid "漢字" tail', 'jamis@37signals.com', 'person', '대부분의 마찬가지로, 우리는 하나님을 믿습니다.\n\n제 이름은 Jamis입니다.', 43, []),
    ('plain_emails/raw_email_with_at_display_name', 'Testing 123', 'test@lindsaar.net', 'person', 'Plain email.\n\nHope it works well!\n\nMikel', 40, []),
    ('rfc2822/example06', 'Re: Saying Hello', 'mary@example.net', 'person', 'This is a reply to your hello.', 30, []),
    ('rfc2822/example10', '', 'pete@silly.test', 'person', 'Testing.', 8, []),
    ('rfc2822/example13', 'Saying Hello', 'jdoe@machine.example', 'person', 'This is a message just to say hello.\nSo, "Hello".', 49, []),
    ('rfc2822/example14', 'Re: TEST テストテスト', 'atsushi@example.com', 'person', 'Hello', 5, []),
    ('rfc6532/utf8_headers', 'Säying Hello', 'jdöe@mächine.example', 'person', 'body', 4, []),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "subject", "sender", "kind", "begins", "length", "attached"),
    MAILS,
    ids=lambda one: one if isinstance(one, str) and "/" in one else "",
)
def test_what_a_real_mail_says(
    shared: Path, name: str, subject: str, sender: str, kind: str, begins: str, length: int, attached: list[object]
) -> None:
    mail = read((shared / "data/mail" / f"{name}.eml").read_bytes())
    assert (mail.subject, mail.sender, mail.kind) == (subject, sender, kind)
    assert (mail.said.text[:60], len(mail.said.text)) == (begins, length)
    assert [(one.name, one.kind, len(one.data)) for one in mail.attached] == attached


def test_all_of_them_are_read(shared: Path) -> None:
    files = sorted((shared / "data/mail").rglob("*.eml"))
    assert len(files) >= 102
    for file in files:
        mail = read(file.read_bytes())
        assert mail.message_id and mail.subject == " ".join(mail.subject.split())
        for text in (mail.subject, mail.text, mail.sender, *(one.name for one in mail.attached)):
            assert not any(ord(character) < 32 and character not in "\n\t" for character in text), file


REPLY = """Rebooted, it works now.

> Please reboot
No other way.
--\x20
Alice, Shop 7

On Mon, 9 Mar 2026 at 10:00, Helpdesk <desk@example.com> wrote:
> Is it on?
"""


def test_a_reply_its_quotation_and_its_signature_are_kept_apart() -> None:
    said = split(REPLY)
    assert said.text == "Rebooted, it works now.\n\nNo other way."
    assert said.signature == "Alice, Shop 7"
    assert said.quoted.startswith("> Please reboot\nOn Mon, 9 Mar 2026 at 10:00")


@pytest.mark.parametrize(
    "line",
    [
        "Am 09.03.2026 um 10:00 schrieb Helpdesk <desk@example.com>:",
        "Le lun. 9 mars 2026 à 10:00, Helpdesk <desk@example.com> a écrit :",
        "-----Original Message-----",
        "On Mon, 9 Mar 2026 at 10:00, Helpdesk\n<desk@example.com> wrote:",
        "From: Helpdesk\nSent: Monday, 9 March 2026 10:00",
    ],
)
def test_a_quotation_begins_where_mail_programs_say_so(line: str) -> None:
    assert split(f"It works.\n\n{line}\n\nIs it on?").text == "It works."


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("Auto-Submitted: auto-replied (vacation)", "auto-reply"),
        ("Subject: Automatic reply: [INC-20260309-AAAAA] Printer", "auto-reply"),
        ("X-Autoreply: yes", "auto-reply"),
        ("Auto-Submitted: auto-generated", "automatic"),
        ("Precedence: bulk", "automatic"),
        ("List-Id: <news.example.com>", "automatic"),
        ("Return-Path: <>", "bounce"),
        ("Content-Type: multipart/report; boundary=x", "bounce"),
        ("Auto-Submitted: no", "person"),
        ("X-Auto-Response-Suppress: OOF", "person"),
    ],
)
def test_who_wrote_it_stands_in_the_headers(header: str, kind: str) -> None:
    assert read(f"From: alice@example.com\n{header}\n\nHello\n".encode()).kind == kind


def test_what_it_answers_comes_nearest_first() -> None:
    mail = read(b"From: a@example.com\nIn-Reply-To: <c@x>\nReferences: <a@x> <b@x>\n\t<c@x>\n\nYes\n")
    assert mail.refers_to == ("c@x", "b@x", "a@x")


def test_a_vacation_reply_names_what_it_answers() -> None:
    mail = read(
        b"From: a@example.com\nAuto-Submitted: auto-replied\nMessage-ID: <v@x>\n\nAway.\n\nMessage-ID: <our@x>\n"
    )
    assert (mail.message_id, mail.refers_to) == ("v@x", ("our@x",))


def test_a_mail_without_an_id_is_known_by_its_bytes() -> None:
    raw = b"From: a@example.com\n\nHello\n"
    assert read(raw).message_id == read(raw).message_id != read(raw + b"!").message_id


def test_html_becomes_lines_and_its_scripts_are_left_out() -> None:
    page = "<html><head><title>T</title><style>p{}</style></head><body><p>One<br>two &amp; three</p><script>x()</script><ul><li>a<li>b</ul><a href='https://example.com/'>Here</a></body>"
    assert html_text(page) == "One\ntwo & three\n\n- a\n- b\nHere <https://example.com/>"


def test_html_is_read_where_there_is_no_plain_text() -> None:
    mail = read(b"From: a@example.com\nContent-Type: text/html; charset=iso-8859-1\n\n<p>Gr\xfc\xdfe</p>\n")
    assert mail.text == "Grüße"


@pytest.mark.parametrize("charset", ["no-such-charset", "zlib", "punycode", "unicode_escape", "hex", ""])
def test_a_charset_that_is_none_leaves_the_text_readable(charset: str) -> None:
    raw = f"From: a@example.com\nContent-Type: text/plain; charset={charset}\n\n".encode() + "Grüße".encode()
    assert read(raw).text == "Grüße"


def test_raw_bytes_in_headers_are_read_as_utf_8_else_as_windows_1252() -> None:
    assert read("Subject: Größe\n\n".encode()).subject == "Größe"
    assert read("Subject: Größe\n\n".encode("cp1252")).subject == "Größe"


@pytest.mark.parametrize("charset", ["windows-1251", "koi8-r", "big5", "shift_jis", "iso-8859-1", "utf-16"])
def test_raw_bytes_in_headers_are_of_the_charset_that_the_message_names(charset: str) -> None:
    said = {"big5": "中文", "shift_jis": "日本語", "iso-8859-1": "Größe", "utf-16": "Größe"}.get(charset, "Принтер")
    written = "cp1252" if charset == "utf-16" else charset
    raw = f"Subject: {said}\nFrom: {said} <a@b.example>\nContent-Type: text/plain; charset={charset}\n\nx".encode(
        written
    )
    assert (read(raw).subject, read(raw).sender_name, read(raw).sender) == (said, said, "a@b.example")


def test_two_hyphens_above_much_text_are_no_signature() -> None:
    long = "\n".join(f"Line {number}" for number in range(21))
    assert split(f"It jams.\n--\n{long}").text == f"It jams.\n--\n{long}"
    assert split(f"It jams.\n-- \n{long}").text == "It jams."
    assert split("It jams.\n--\nAlice").signature == "Alice"


def test_a_character_cut_in_two_encoded_words_is_whole() -> None:
    assert read(b"Subject: =?utf-8?Q?Gr=C3?=\n =?utf-8?Q?=B6sse?=\n\n").subject == "Grösse"


def test_a_subject_controls_no_terminal() -> None:
    raw = b"Subject: =?utf-8?B?YRtbMzFtYuKArmM=?=\n\n"
    assert read(raw).subject == "a[31mbc"


def deep(depth: int) -> bytes:
    lines = [b"From: a@example.com"]
    for level in range(depth):
        lines += [b"Content-Type: multipart/mixed; boundary=b%d" % level, b"", b"--b%d" % level]
    return b"\n".join([*lines, b"", b"the end"])


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"\n", b"\x00" * 1000, b":" * 5000, deep(5000), b"From: " + b"<" * 50_000 + b"\n\n",
        b"Subject: " + b"=?" * 25_000 + b"\n\n", b"References: " + b"<a" * 25_000 + b"\n\n",
        b"Content-Type: text/html\n\n" + b"<a " * 50_000, b"Content-Type: text/html\n\n" + b"<![CDATA[" * 20_000,
        b"a" * 50_000 + b" :\n\n", b"From: a@b\n\n" + b"On " * 20_000, b"From: a@b\n\n" + b"> " * 50_000,
    ],
    ids=range(13),
)  # fmt: skip
def test_nothing_raises_or_stalls(raw: bytes) -> None:
    assert read(raw).kind in ("person", "automatic", "auto-reply", "bounce")
