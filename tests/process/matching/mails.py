"""The real mails as incidents: what `itil receive mail` makes title and description of them, and which are alike.

The mails are the shared ones (ITIL_SHARED); here stand only names of files. Two are of one family where a desk would
take them for the same matter, for the reason that is given. The other mails belong to none, and are in the way.
"""

from __future__ import annotations

from pathlib import Path

from itil_cli.intake.mail.message import read
from itil_cli.intake.mail.taking import title
from tests.process.matching.texts import Text

# family: (why they are one matter, the files without `.eml`)
FAMILIES: dict[str, tuple[str, str]] = {
    "first part": (
        "one message, sent again with its attachment named in other ways",
        """attachment_content_disposition attachment_content_location attachment_message_rfc822
        attachment_nonascii_filename attachment_with_unquoted_name raw_email12 raw_email7""",
    ),
    "another pdf": (
        "the same words about the same attached PDF; one under another subject",
        """attachment_pdf attachment_pdf_lf attachment_pdf_non_ascii attachment_pdf_non_ascii_lf
        raw_email_with_multipart_mixed_quoted_boundary""",
    ),
    "signed mail": (
        "one forwarded complaint: a signature counts as an attachment",
        "attachment_with_base64_encoded_name attachment_with_encoded_name raw_email2 raw_email8",
    ),
    "outlook": (
        "the same sender tries Outlook",
        """raw_email_with_binary_encoded raw_email_with_illegal_boundary raw_email_with_quoted_illegal_boundary
        raw_email_simple""",
    ),
    "testing 123": (
        "one plain mail, sent again",
        "basic_email basic_email_lf raw_email_with_at_display_name",
    ),
    "hello": (
        "a thread: the greeting, its copies and the answers to it, one with an accent in the subject",
        "example01 example02 example05 example06 example07 example08 example09 example12 example13 utf8_headers",
    ),
    "korean": (
        "one Korean text; once under another subject",
        """raw_email raw_email_double_at_in_header raw_email_string_in_date_field
        raw_email_with_partially_quoted_subject""",
    ),
    "japanese": (
        "the same Japanese subject, once repeated without spaces",
        "japanese japanese_iso_2022 japanese_attachment_long_name",
    ),
    "text message": (
        "one text message through a mail gateway",
        "raw_email10 raw_email5 raw_email6",
    ),
    "everyone": (
        "one greeting, sent again with another header",
        "example03 example11",
    ),
    "short test": (
        "one word, sent again with another header",
        "example04 example10",
    ),
    "bounce": (
        "mail systems say, in their own words, that a message was not delivered",
        """multi_address_bounce1 multi_address_bounce2 multipart_report_multiple_status report_422 report_530
        raw_email_with_mimepart_without_content_type""",
    ),
    "lead": (
        "a web site hands on a lead",
        "new_line_in_to_header trademark_character_in_subject",
    ),
    "loan": (
        "unwanted: a loan on one's house",
        "content_transfer_encoding_text-html content_transfer_encoding_with_semi_colon",
    ),
    "pills": (
        "unwanted: medicine by mail order",
        "content_transfer_encoding_qp_with_space content_transfer_encoding_spam",
    ),
    "software offer": (
        "unwanted: software to buy or to load",
        "raw_email_with_bad_date raw_email_incorrect_header",
    ),
    "redacted": (
        "mails of which the sender's name and the subject were taken out, nothing else to go by",
        """missing_body missing_content_disposition multiple_content_types multiple_invalid_content_dispositions
        multiple_references_with_one_invalid""",
    ),
}


def mails(folder: Path) -> list[Text]:
    """Every mail under the folder, as an incident; those without a family are a family of their own."""
    family = {file: name for name, (_, files) in FAMILIES.items() for file in files.split()}
    found = []
    for file in sorted(folder.glob("*/*.eml")):
        mail = read(file.read_bytes())
        group = family.get(file.stem, file.stem)
        found.append(Text(group, title(mail), description=mail.said.text))
    return found
