"""What may be uploaded, and how a file is cut into parts (K6)."""

from pscli.models.policy import AttachmentLimits
from pscli.models.uploads import PART_SIZE, Upload
from pscli.problems import InvalidValue, StateForbids


def check_size(name: str, size: int, limits: AttachmentLimits) -> None:
    """Refuse a file that is larger than the policy allows, or any where it allows none."""
    if not limits.per_message:
        raise StateForbids(
            "This desk takes no files (K6).",
            hint="Write what matters into the text.",
            field="attachments",
        )
    if size > limits.bytes:
        raise InvalidValue(
            f"“{name}” is {size:,} bytes long; at most {limits.bytes:,} are taken (K6).",
            hint="Send a smaller one, or a link to it.",
            field="attachments",
        )


def check_part(upload: Upload, n: int, length: int) -> None:
    """Refuse a part out of turn, or of another length than its place demands."""
    expected = min(PART_SIZE, upload.size - n * PART_SIZE)
    if n > upload.parts or expected <= 0:
        raise StateForbids(
            f"Part {n} of “{upload.name}” is out of turn.",
            hint=f"Parts come in order, counted from 0: {upload.parts} have arrived.",
            field="n",
        )
    if length != expected:
        raise InvalidValue(
            f"Part {n} has {length:,} bytes instead of {expected:,}.",
            hint="Attach the file again.",
            field="data",
        )


def next_part(upload: Upload, n: int) -> int | None:
    """The part after part `n` of a file of this size; None after the last one."""
    return n + 1 if (n + 1) * PART_SIZE < upload.size else None
