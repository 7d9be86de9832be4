"""The sample property: a hotel to learn with, its bookings and how they were paid, made up around any "now"."""

from rentease_desk.practice.sample.build import build_sample
from rentease_desk.practice.sample.model import (
    MONEY_MOVED,
    Booking,
    CardPayment,
    CardRefund,
    Guest,
    Line,
    LineKind,
    ManualPayment,
    NamedBy,
    Outcome,
    Room,
    Sample,
    Status,
)

__all__ = [
    "MONEY_MOVED",
    "Booking",
    "CardPayment",
    "CardRefund",
    "Guest",
    "Line",
    "LineKind",
    "ManualPayment",
    "NamedBy",
    "Outcome",
    "Room",
    "Sample",
    "Status",
    "build_sample",
]
