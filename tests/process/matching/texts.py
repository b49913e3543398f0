"""220 short texts as people write them into incidents, in 20 groups of what was really the matter.

Service, category and item are given where a desk would have known them; many texts have none.
"""

from __future__ import annotations

from typing import NamedTuple


class Text(NamedTuple):
    """One incident: what it was about (`group`), its title, and what was known of it."""

    group: str
    title: str
    service: str | None = None
    category: str | None = None
    cis: tuple[str, ...] = ()
    description: str = ""


class Group(NamedTuple):
    """What a group's texts have in common; every second text knows the service, every third the item."""

    service: str
    category: str
    ci: str
    titles: tuple[str, ...]


GROUPS: dict[str, Group] = {
    "card-payments": Group(
        "payments", "application/payments", "pay-gw-01",
        (
            "Card payments fail with error 502", "Payment gateway answers 502 to all cards",
            "Customers cannot pay by card", "Credit card payment declined at every till",
            "Gateway timeout when paying by card", "Card payment hangs, then fails",
            "All card payments are refused since noon", "Debit cards not accepted, gateway error",
            "Paying with card gives a 502 page", "Card terminal says gateway not reachable",
            "No card payments possible in Lyon",
        ),
    ),
    "double-refund": Group(
        "payments", "application/payments", "pay-gw-02",
        (
            "Refunds are booked twice", "Customer got the refund two times", "Double refund for order 20117",
            "A refund was paid out twice", "Duplicate refunds in the bank statement",
            "Refund job runs twice a night", "Two refunds for one returned book",
            "Refund amount doubled on the account", "Refunds of yesterday appear twice",
            "Return refunded twice to the same customer", "Twice the refund on credit notes",
        ),
    ),
    "shop-search": Group(
        "webshop", "application/webshop", "web-01",
        (
            "Webshop search finds nothing", "Search in the shop gives no results", "Shop search page stays empty",
            "Searching for a title returns zero hits", "No search results since this morning",
            "Search box finds no book any more", "Customers complain that search is empty",
            "Search index seems locked, no hits", "Empty result list for every search",
            "Product search broken again", "Search by author shows nothing",
        ),
    ),
    "checkout-slow": Group(
        "webshop", "application/webshop", "web-02",
        (
            "Checkout is very slow", "Checkout page takes a minute to load", "Slow checkout on the website",
            "Customers leave the checkout, it takes too long", "Basket to checkout needs forty seconds",
            "Checkout crawls in the evening", "Loading the checkout page is slow",
            "Very long waiting time in the checkout", "Checkout step two is extremely slow",
            "Website checkout performance is bad", "Slow response of the checkout page",
        ),
    ),
    "password-reset": Group(
        "accounts", "access/password", "idm-01",
        (
            "Forgot my password", "Cannot log in, password expired", "Password reset needed for Gina",
            "Please reset the password of the night shift", "My password does not work after the holidays",
            "Account locked after wrong password", "Login fails, wrong password message",
            "New password is not accepted", "Locked out of my account, need a password reset",
            "Password expired and cannot be changed", "Reset password for a colleague",
        ),
    ),
    "vpn-drops": Group(
        "vpn", "network/vpn", "vpn-01",
        (
            "VPN drops every ten minutes", "VPN connection lost again and again", "VPN disconnects from home",
            "Home office: VPN keeps dropping", "VPN tunnel breaks down after some minutes",
            "Cannot stay connected to the VPN", "The VPN client disconnects all the time",
            "VPN unstable since the weekend", "VPN session is cut off every few minutes",
            "Remote access VPN drops out", "VPN reconnects constantly",
        ),
    ),
    "till-receipt": Group(
        "tills", "hardware/printer", "till-nice-1",
        (
            "Till does not print receipts", "Receipt printer of till 2 is silent", "No receipts come out of the till",
            "Till printer jams with every receipt", "Receipt paper is in, but nothing is printed",
            "Printer at the till shows a red light", "Receipts are blank at till 3",
            "Till 1 prints no receipt", "Receipt printing stopped at the front till",
            "The till's receipt printer is stuck", "Blank receipts from the till printer",
        ),
    ),
    "office-printer": Group(
        "printing", "hardware/printer", "print-lyon",
        (
            "Office printer jams", "Paper jam in the Lyon office printer", "Printer on the second floor jams again",
            "Cannot print from Word, office printer offline", "Office printer shows offline",
            "Documents stay in the queue of the office printer", "Print queue stuck on the office printer",
            "Printer in the office pulls two sheets and jams", "Lyon office: printer is offline",
            "Paper feed of the office printer broken", "Printing from the office not possible, queue stuck",
        ),
    ),
    "mail-delay": Group(
        "mail", "application/mail", "mail-01",
        (
            "Mail is delayed by an hour", "E-mails arrive an hour late", "Outgoing mail takes very long",
            "Mail queue is full, delivery delayed", "Mails come with a big delay",
            "Order confirmations by mail are late", "Delayed delivery of e-mails to customers",
            "Mail delivery stuck in the queue", "No new mail since nine, delayed?",
            "Mail server slow, messages late", "Late mails from the shop",
        ),
    ),
    "spam": Group(
        "mail", "security/phishing", "mail-02",
        (
            "Suspicious mail asks for my bank data", "Phishing mail in my inbox", "Got a phishing message from the boss",
            "Strange mail with an attachment, phishing?", "Phishing: link to a false login page",
            "I clicked on a phishing link", "Phishing attempt against the accounting team",
            "Suspicious attachment in a mail from a supplier", "Many phishing mails today",
            "Suspicious link received by mail", "Is this mail phishing?",
        ),
    ),
    "line-down": Group(
        "network-core", "network/wan", "wan-nice",
        (
            "Nice shop: line down", "Internet line of the Lille shop is down", "Shop has no internet, line dead",
            "Line of the shop interrupted, router light red", "Line down, tills work offline",
            "No internet in the Nice shop", "Shop line broken since the storm", "Router shows line loss",
            "Whole shop offline, line failure", "Internet connection of the shop failed",
            "Line to the shop lost",
        ),
    ),
    "wifi-weak": Group(
        "network-core", "network/wifi", "wifi-nice",
        (
            "Wi-Fi in the storeroom is weak", "No wifi signal at the back of the shop", "Weak wireless in the storeroom",
            "Wifi drops in the storeroom", "Tablet loses the wifi at the shelves", "Wifi signal too weak for scanners",
            "Wireless network very weak upstairs", "Bad wifi reception in the meeting room",
            "Wifi access point near the stairs is dead", "Weak wifi signal in the back office",
            "Wifi coverage missing in the storeroom",
        ),
    ),
    "scanner": Group(
        "warehouse", "hardware/scanner", "scanner-2",
        (
            "Scanner 2 reads no barcodes", "Barcode scanner does not read", "Handheld scanner beeps but reads nothing",
            "Scanner in the warehouse is broken", "Warehouse scanner cannot read barcodes",
            "Barcodes are not recognised by the scanner", "Scanner battery empty after an hour",
            "Scanner trigger stuck", "Barcode reader gives wrong numbers", "Scanner of the warehouse reads slowly",
            "New barcode scanner does not scan",
        ),
    ),
    "stock-counts": Group(
        "warehouse", "data/stock", "wms-01",
        (
            "Stock counts differ between shop and web", "Wrong stock shown in the webshop",
            "Stock level is negative", "Stock of bestsellers wrong", "Inventory shows more stock than there is",
            "Stock not updated after delivery", "Stock numbers do not match", "Web shows stock that we have not",
            "Differences in stock after the inventory", "Stock count of warehouse and web differ",
            "Stock sync did not run",
        ),
    ),
    "tax-line": Group(
        "webshop", "application/invoices", "web-01",
        (
            "Invoices are sent without the tax line", "Tax missing on the invoice", "Invoice shows wrong tax",
            "Invoice PDF has no tax block", "VAT line not on the invoices", "Customers ask for the tax on the invoice",
            "Invoice without VAT", "Invoices for vouchers lack the tax line", "Wrong VAT rate on an invoice",
            "Tax line vanished from invoices", "Invoice template has lost its tax line",
        ),
    ),
    "voucher": Group(
        "tills", "application/tills", "till-lille-1",
        (
            "Gift vouchers print without a code", "Voucher code is missing", "Gift voucher not accepted at the till",
            "Voucher has no code on it", "Till refuses a gift voucher", "Voucher code unreadable",
            "Vouchers sold without codes", "Gift card voucher shows zero value", "Gift voucher cannot be redeemed",
            "Redeeming a voucher fails at the till", "Voucher printed, but code blank",
        ),
    ),
    "laptop": Group(
        "workplace", "hardware/laptop", "laptop-17",
        (
            "Laptop does not wake up", "Laptop screen stays black", "Notebook does not start",
            "Laptop freezes after standby", "My laptop is dead, no light", "Laptop battery does not charge",
            "Laptop will not boot", "Laptop hangs in sleep mode", "Laptop keyboard does not react after standby",
            "Black screen on the laptop after waking up", "Laptop does not start after the update",
        ),
    ),
    "backup": Group(
        "storage", "data/backup", "nas-01",
        (
            "Nightly backup failed", "Backup of the file server did not finish", "Backup job aborted at three",
            "Backup disk full", "No backup since Friday", "Backup reports an error every night",
            "Backup too slow, still running in the morning", "Failed backup of the database",
            "Backup of the NAS broken", "Backup log shows failed files", "Last successful backup is a week old",
        ),
    ),
    "room-temperature": Group(
        "facility", "hardware/cooling", "ac-lyon",
        (
            "Temperature in the server room rises", "Server room too hot", "Air conditioning of the server room failed",
            "Cooling alarm in the server room", "High temperature alarm", "Air conditioning drips in the server room",
            "Server room at 34 degrees", "Cooling unit makes noise and cools badly",
            "Air conditioning does not cool the rack", "Temperature sensor reports an alarm",
            "Server room cooling broken",
        ),
    ),
    "telephone": Group(
        "telephony", "application/telephony", "pbx-01",
        (
            "Phone rings in the wrong office", "Telephone has no dial tone", "Calls are cut off after a minute",
            "Phone calls are forwarded wrongly", "Telephone system does not answer", "No dial tone on the desk phone",
            "Incoming calls do not ring", "Phone forwarding cannot be switched off", "Calls drop on the telephone line",
            "Desk phone dead", "Callers hear nothing on the phone",
        ),
    ),
}  # fmt: skip


def texts() -> list[Text]:
    """Every text, group by group."""
    found = []
    for name, group in GROUPS.items():
        for place, title in enumerate(group.titles):
            service = group.service if place % 2 == 0 else None
            category = group.category if place % 2 == 0 else None
            found.append(Text(name, title, service, category, (group.ci,) if place % 3 == 0 else ()))
    return found
