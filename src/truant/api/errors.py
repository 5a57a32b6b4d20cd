"""Errors as GuardDuty's clients know them: an HTTP status, a type, and a sentence."""

INVALID = (
    "The request is rejected because an invalid or out-of-range value is specified as an input "
    "parameter"
)
NOT_OWNED = (
    "The request is rejected because the input detectorId is not owned by the current account."
)
NO_SUCH = "The request is rejected since no such resource found."


class ApiError(Exception):
    """An answer that is an error. `type` is the name that SDKs raise it by."""

    status = 500
    type = "InternalServerErrorException"

    def __init__(self, message: str) -> None:
        """Say what is wrong, for the person who called."""
        super().__init__(message)
        self.message = message


class BadRequest(ApiError):
    """The request cannot be done as it is; also what names something that is not there."""

    status, type = 400, "BadRequestException"


class AccessDenied(ApiError):
    """The key may not do this."""

    status, type = 403, "AccessDeniedException"


class NotFound(ApiError):
    """Only for operations whose model declares it; elsewhere GuardDuty says BadRequest."""

    status, type = 404, "ResourceNotFoundException"


class UnknownOperation(ApiError):
    """No operation has this method and path."""

    status, type = 404, "UnknownOperationException"


class MissingAuthentication(ApiError):
    """The request carries no signature."""

    status, type = 403, "MissingAuthenticationTokenException"


class IncompleteSignature(ApiError):
    """The signature is not in the form that is asked for."""

    status, type = 403, "IncompleteSignatureException"


class InvalidSignature(ApiError):
    """The signature does not prove the possession of a key that is known."""

    status, type = 403, "InvalidSignatureException"


class TooLarge(ApiError):
    """The body is larger than is read."""

    status, type = 413, "RequestEntityTooLargeException"


def invalid(why: str) -> BadRequest:
    """GuardDuty's sentence for a parameter that cannot be used, with the reason."""
    return BadRequest(f"{INVALID}: {why}")
