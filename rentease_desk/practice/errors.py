"""Errors in Stripe's own shape: docs.stripe.com/api/errors."""

from __future__ import annotations

JsonObject = dict[str, object]

_DOCS = "https://stripe.com/docs/error-codes/"


class ApiError(Exception):
    """What Stripe would answer instead of an object. ``code`` is absent from many of its errors, as ``param`` is."""

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        code: str | None = None,
        param: str | None = None,
        type_: str = "invalid_request_error",
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.code = code
        self.param = param
        self.type = type_

    def body(self) -> JsonObject:
        """``{"error": {…}}``, keys without a value left out."""
        error: JsonObject = {}
        if self.code is not None:
            error |= {"code": self.code, "doc_url": _DOCS + self.code.replace("_", "-")}
        error["message"] = self.message
        if self.param is not None:
            error["param"] = self.param
        return {"error": error | {"type": self.type}}


def missing(noun: str, id_: str, *, param: str, status: int = 404) -> ApiError:
    """There is no such object in this account and mode."""
    return ApiError(f"No such {noun}: '{id_}'", status=status, code="resource_missing", param=param)
