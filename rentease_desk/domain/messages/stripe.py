"""Refunds, payment links, and what Stripe says."""

from __future__ import annotations

from rentease_desk.domain.messages.message import Message

REFUNDS = {
    "link.life": Message(
        "Stripe does not take this",
        "A page to pay on lives from 30 minutes to 24 hours.",
        "Choose one of the times, or a link that lives until it is paid.",
    ),
    "link.website_missing": Message(
        "The website is missing",
        "After paying, the guest's browser goes to the property's website, which is not set.",
        "Enter it in Settings, or choose a link that lives until it is paid: that needs none.",
    ),
    "link.other_currency": Message(
        "Another currency", "The booking is in {booking}, the link in {link}.", "Ask for it in {booking}."
    ),
    "link.others_open": Message(
        "Other links are still open",
        "By {count} other link(s) {amount} can still be paid, and with this one more than is owed.",
        "Cancel what the guest should not pay, or make this one beside them all the same.",
    ),
    "link.uid_reused": Message(
        "This link was saved already, with another amount",
        "The same entry was sent twice with different contents.",
        "Look at the folio before you make another link.",
    ),
    "link.not_found": Message(
        "There is no such payment link", "“{id}” is not the id of one.", "“rentease-desk links list” shows them."
    ),
    "link.no_permission": Message(
        "This Stripe key may not make payment links",
        "The key {key} lacks the permission “{permission}” ({what}: write).",
        "Allow it in Stripe's dashboard (Developers, API keys).",
    ),
    "link.not_sent": Message("No payment link was made", "{reason}", "Try again later."),
    "link.stripe_refused": Message("Stripe refused the payment link", "{reason}", "Nothing was made."),
    "link.not_made": Message(
        "Stripe did not make this payment link",
        "It was asked for, no answer came, and 20 hours later Stripe shows no such link.",
        "Make another one, if it is still wanted.",
    ),
    "link.too_late": Message(
        "This payment link was never made",
        "The program ended before it asked Stripe, and the time for it has passed.",
        "Make another one, if it is still wanted.",
    ),
    "link.unknown": Message(
        "Stripe has not confirmed the payment link yet",
        "{reason}",
        "It is looked after by itself, and appears on the folio when Stripe has it.",
    ),
    "link.stopped": Message("It was stopped", "Stripe was not asked any more.", "Do it again, if it is still wanted."),
    "link.not_open": Message(
        "This payment link cannot be cancelled", "It is not open (any more).", "Look at the folio."
    ),
    "link.paid_meanwhile": Message(
        "The guest has paid by this link already",
        "It cannot be cancelled any more: {amount} comes by itself, or is here.",
        "If it was paid twice, refund one of the payments.",
    ),
    "link.cancel_refused": Message("Stripe did not cancel the link", "{reason}", "The link is open as before."),
    "link.cancel_unknown": Message(
        "Stripe has not confirmed that the link is cancelled",
        "{reason}",
        "It is tried again by itself. Until the folio says “cancelled”, the guest may still pay by it.",
    ),
    "refund.reason_missing": Message("The reason is missing", "A refund needs a reason.", "Write why, in a few words."),
    "refund.too_much": Message(
        "More than is left", "Of this payment {left} can still be refunded.", "Enter {left} or less."
    ),
    "refund.cash_back": Message(
        "Cash is rounded otherwise now",
        "{out} is to be handed out for {amount}.",
        "Look at what is to be handed out, then give it back.",
    ),
    "refund.nothing_left": Message(
        "Nothing is left to refund",
        "All of it was given back, is on its way, or is on another booking.",
        "Look at the refunds on the folio.",
    ),
    "refund.which": Message(
        "The booking is missing",
        "The payment is spread over {references}; what goes back comes off one of these.",
        "Choose the booking.",
    ),
    "refund.other_currency": Message(
        "Another currency", "The payment is in {payment}, the refund in {refund}.", "Refund it in {payment}."
    ),
    "refund.void": Message("A void payment cannot be refunded", "It counts as nothing already.", ""),
    "refund.not_paid": Message(
        "There is no money to give back", "This payment did not succeed, or not yet.", "Wait until it has succeeded."
    ),
    "refund.uid_reused": Message(
        "This refund was saved already, with another amount",
        "The same entry was sent twice with different contents.",
        "Look at the folio before you refund again.",
    ),
    "refund.no_permission": Message(
        "This Stripe key may not refund",
        "The key {key} lacks the permission “{permission}” (Charges and Refunds: write). Nothing was refunded.",
        "Allow it in Stripe's dashboard (Developers, API keys), or refund there: Payments, open {charge}, Refund. The"
        " refund then arrives here by itself.",
    ),
    "refund.not_sent": Message("Nothing was refunded", "{reason}", "Try again later."),
    "refund.stripe_refused": Message("Stripe refused the refund", "{reason}", "Nothing was refunded."),
    "refund.already": Message(
        "It was refunded in Stripe already",
        "Stripe had given back {given} of it; that stands here now. Nothing more was refunded.",
        "Look at the folio: {left} can still be refunded.",
    ),
    "refund.not_made": Message(
        "Stripe did not make this refund",
        "It was asked for, no answer came, and 20 hours later Stripe shows no such refund. Nothing was refunded.",
        "Refund it again, if it is still owed.",
    ),
    "refund.too_late": Message(
        "This refund was never sent",
        "The program ended before it asked Stripe, more than 20 hours ago. Nothing was refunded.",
        "Refund it again, if it is still owed.",
    ),
    "refund.unknown": Message(
        "Stripe has not confirmed the refund yet",
        "{reason}",
        "It stays pending and is looked after by itself. Do not refund it a second time.",
    ),
}

STRIPE = {
    "stripe.no_key": Message(
        "No Stripe key",
        "This desk has no key for the property's Stripe account.",
        "Add one in Settings, Stripe, or do this at a desk that has one.",
    ),
    "stripe.unreachable": Message(
        "Stripe cannot be reached",
        "There is no answer from {host}.",
        "Check the internet. Cash works meanwhile, and card payments follow with the next sync.",
    ),
    "stripe.timeout": Message(
        "Stripe answers too slowly",
        "{host} took longer than {seconds} seconds.",
        "Nothing was lost; the next sync tries again.",
    ),
    "stripe.down": Message(
        "Stripe has a problem",
        "Stripe answered with an error of its own ({status}).",
        "Nothing was lost; the next sync tries again.",
    ),
    "stripe.busy": Message(
        "Stripe asks us to wait",
        "Too many requests were sent to this account.",
        "Nothing was lost; the next sync tries again.",
    ),
    "stripe.wrong_key": Message(
        "Stripe does not accept the key",
        "The key {key} is wrong, or was deleted in Stripe.",
        "Put the right key into Settings, Stripe.",
    ),
    "stripe.expired_key": Message(
        "The Stripe key has expired",
        "The key {key} was rolled or has run out.",
        "Make a new key in Stripe's dashboard and put it into Settings, Stripe.",
    ),
    "stripe.no_permission": Message(
        "The Stripe key may not do this",
        "The key {key} lacks the permission “{permission}”.",
        "Edit the key in Stripe's dashboard (Developers, API keys) and allow it.",
    ),
    "stripe.not_stripe": Message(
        "This is not Stripe's answer",
        "{host} answered with a web page instead of data.",
        "A Wi-Fi sign-in page may stand in between: open a browser, sign in, and sync again.",
    ),
    "stripe.insecure_base": Message(
        "The key is not sent there",
        "{host} is not Stripe, and a live key is sent to Stripe's own address only.",
        "Remove STRIPE_API_BASE, or use a test key.",
    ),
    "stripe.insecure_http": Message(
        "The key is not sent there",
        "{host} is not reached by https, so anybody on the way could read the key.",
        "Use an address that begins with https.",
    ),
    "stripe.bad_key": Message(
        "This is not a Stripe key",
        "A key begins with rk_live_, rk_test_, sk_live_ or sk_test_.",
        "Copy it again from Stripe's dashboard (Developers, API keys).",
    ),
    "stripe.publishable_key": Message(
        "This key cannot read payments",
        "A key that begins with pk_ is made for web pages.",
        "Use a restricted key; it begins with rk_.",
    ),
    "stripe.live_secret": Message(
        "This key can do everything",
        "A secret key (sk_live_) may move money and change your account; a restricted key (rk_live_) may do what you"
        " allow it, and no more.",
        "Better make a restricted key. To use this one all the same, say so once more (--may-do-everything).",
    ),
    "stripe.stopped": Message("The test was stopped", "Stripe was not asked everything.", "Test the key again."),
    "stripe.other_account": Message(
        "This key belongs to another Stripe account",
        "The database holds payments of {expected}; the key is for {found}.",
        "Use the right key, or another database. Nothing was changed.",
    ),
    "stripe.other_mode": Message(
        "Test and live never mix",
        "The database holds {expected} payments; the key is a {found} key.",
        "Use a {expected} key, or another database. Nothing was changed.",
    ),
    "stripe.account_unknown": Message(
        "No such Stripe account",
        "There is no account “{account}” here: {known}.",
        "Look under Settings, Stripe accounts.",
    ),
    "stripe.account_name_missing": Message(
        "The account has no name", "A short name tells it from the other.", "Type one, such as “Spa”."
    ),
    "stripe.account_name_taken": Message("Another account has this name", "“{name}” is taken.", "Choose another name."),
    "stripe.account_id": Message(
        "This is not a connected account",
        "“{id}” does not begin with acct_.",
        "Copy it from Stripe's dashboard (Connect).",
    ),
    "stripe.account_there": Message(
        "This account is here already",
        "The key belongs to {account}, which is here as “{name}”.",
        "To give that one another key, use “key set --account”, or its line in Settings.",
    ),
    "stripe.account_not_told": Message(
        "Stripe does not say whose key this is",
        "Where there is more than one account, a key has to tell which one it opens. Nothing was changed.",
        "Use a restricted key of Stripe's dashboard, or a secret key.",
    ),
    "stripe.account_unnamed": Message(
        "The first account is not known by name",
        "Stripe never said whose payments stand here, so a second account could not be told from the first.",
        "Use another database for the other account.",
    ),
    "stripe.account_last": Message(
        "This is the only account", "“{name}” is the one that is synced.", "Remove its key instead."
    ),
    "stripe.account_busy": Message(
        "Stripe has not confirmed everything yet",
        "A refund or a payment link of “{name}” is still under way.",
        "Sync, and remove the account when it is settled.",
    ),
    "stripe.account_removed": Message(
        "This account was removed",
        "“{name}” is not asked for anything any more; its payments stand here.",
        "Add it again under Settings, Stripe accounts, or use Stripe's dashboard.",
    ),
    "stripe.account_no_key": Message(
        "No key for this Stripe account",
        "This desk has no key for “{name}” ({account}).",
        "Add one in Settings, Stripe accounts.",
    ),
    "stripe.not_connected": Message(
        "The key does not reach this account",
        "{account} is not connected to the platform of this key, or no longer.",
        "Look under Connect in the platform's dashboard. Nothing was changed.",
    ),
    "stripe.refused": Message(
        "Stripe refused the request",
        "Stripe says: {reason}",
        "Nothing was lost. If it stays, tell your technician.",
    ),
    "stripe.unreadable": Message(
        "This cannot be understood", "{object}: {reason}.", "It is looked at again next time."
    ),
    "subscription.not_found": Message(
        "No such subscription", "There is no subscription {id} here.", "Sync, then refresh the list."
    ),
    "customer.not_found": Message(
        "No such customer", "There is no customer {id} here.", "Sync, then refresh the list."
    ),
    "follow_up.not_found": Message(
        "Nothing to follow up there",
        "Nothing went wrong with “{id}”, as far as it is known here.",
        "Look at the list again; a sync may have brought what became of it.",
    ),
    "follow_up.changed": Message(
        "Somebody else was here meanwhile",
        "A note was written, or it was marked as done, after this list was read.",
        "Look at how it stands now, then do it again.",
    ),
    "follow_up.done": Message(
        "It is done already",
        "Somebody has marked it as done.",
        "Open it again first, if there is more to do.",
    ),
    "follow_up.settled": Message(
        "It resolved by itself",
        "Stripe shows nothing wrong with it any more.",
        "There is nothing to be done, and nothing to take back.",
    ),
    "event.not_found": Message(
        "There is no such event waiting",
        "“{id}” does not wait, and was not given up.",
        "It may have been handled meanwhile: look at the list of events again.",
    ),
    "event.reason_missing": Message("The reason is missing", "An event is dismissed with a reason.", "Say why."),
    "sync.running": Message(
        "A sync is running already",
        "{holder} began it at {since}.",
        "Wait for it to end; it does the same work.",
    ),
    "sync.request_not_found": Message(
        "There is no such request",
        "No sync was asked for under “{id}”.",
        "Look at the list of requests again.",
    ),
    "sync.request_over": Message(
        "It is over already",
        "What was asked for was done, failed or was withdrawn meanwhile.",
        "Look at how it stands now.",
    ),
    "sync.request_given_up": Message(
        "The desk that synced stopped in the middle of it",
        "That has happened {count} times.",
        "Look at the program's log there, then ask again, perhaps for fewer days.",
    ),
    "sync.request_unfinished": Message(
        "It was not done",
        "The program met a fault of its own: {reason}.",
        "Look at the program's log at the desk that tried it, then ask again.",
    ),
    "sync.nobody": Message(
        "No desk with a Stripe key is running",
        "Nobody has taken it for {seconds} seconds.",
        "It waits for a day: start Rentease Desk at a desk that has the key, or add the key here in Settings, Stripe.",
    ),
    "sync.lost_lease": Message(
        "Another desk has taken over the sync",
        "This computer was away too long in the middle of a run.",
        "Nothing was lost; the other desk goes on.",
    ),
}
