"""placeholder until the practice server is in"""

import typer


def practice_server(context: typer.Context) -> None:
    """x"""


def practice_reset(context: typer.Context) -> None:
    """x"""
