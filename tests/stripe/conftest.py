"""Accounts in memory for the mapping, and one practice server for the gateway."""

from __future__ import annotations

import threading

import pytest


@pytest.fixture
def cancel() -> threading.Event:
    return threading.Event()
