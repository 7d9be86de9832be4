"""People, PINs, and what a role may not do."""

from __future__ import annotations

from rentease_desk.domain.messages.message import Message

STAFF = {
    "staff.may_not": Message(
        "This is not for your role", "{name} ({role}) may not {deed}.", "Ask somebody who may, such as a manager."
    ),
    "staff.needs_approval": Message(
        "A manager has to approve this",
        "{name} ({role}) may not {deed} alone.",
        "Ask somebody who may for their PIN: it counts for this once.",
    ),
    "staff.nobody": Message(
        "Nobody is at the desk",
        "The desk does not know who is working.",
        "Choose your name and type your PIN (F12); on the command line, add --staff and your name.",
    ),
    "staff.inactive": Message(
        "You are not on the staff any more",
        "{name} was made inactive, perhaps at another desk.",
        "Ask a manager. Nothing was changed.",
    ),
    "staff.not_found": Message("There is nobody of this name", "“{name}” is not on the staff.", "Check the name."),
    "staff.wrong_pin": Message("Wrong PIN", "This is not the PIN of {name}.", "Try again."),
    "staff.wait": Message(
        "Too many wrong PINs",
        "After wrong PINs the desk waits before it looks at another one for {name}.",
        "Try again in {seconds} seconds.",
    ),
    "staff.may_not_approve": Message(
        "This person cannot approve it", "{name} ({role}) may not {deed} either.", "Ask a manager."
    ),
    "staff.name_missing": Message("The name is missing", "It stands in everything that this person does.", "Type it."),
    "staff.name_reserved": Message(
        "This name cannot be used", "“{name}” stands for what the program does by itself.", "Type another one."
    ),
    "staff.name_taken": Message(
        "There is such a person already",
        "“{name}” is on the staff, or was once: a name means one person, for ever.",
        "Add something to the name, or make that person active again.",
    ),
    "staff.pin_form": Message(
        "This PIN cannot be used", "A PIN has {shortest} to {longest} digits.", "Type digits only."
    ),
    "staff.pin_easy": Message(
        "This PIN is too easy", "It is one digit over and over, or digits in a row.", "Choose one that is harder."
    ),
    "staff.pin_differs": Message(
        "The two PINs differ", "The second one is not the same as the first.", "Type both again."
    ),
    "staff.first_manager": Message(
        "The first person has to be a manager",
        "Only a manager can add others, and change what they are.",
        "Add a manager first.",
    ),
    "staff.last_manager": Message(
        "This is the last manager",
        "Without one nobody could manage the staff or the settings any more.",
        "Make somebody else a manager first.",
    ),
    "staff.changed": Message(
        "Somebody else changed this person", "It was saved after you had looked.", "Look at the staff again."
    ),
}
