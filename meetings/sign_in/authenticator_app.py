"""Codes of an authenticator app: time-based one-time passwords (RFC 6238) of six digits, a new one every 30 seconds."""

import base64
import hmac
import secrets
import struct
from io import BytesIO
from urllib.parse import quote, urlencode

from django.utils import timezone
from django.utils.safestring import SafeString

from meetings.models import SecondFactor
from meetings.sign_in.encryption import decrypt

ISSUER = "Council agendas"
STEP_SECONDS, DIGITS, SECRET_BYTES = 30, 6, 20
ACCEPTED_STEPS = (-1, 0)  # typing takes time


def make_secret() -> bytes:
    return secrets.token_bytes(SECRET_BYTES)


def compute_code(secret: bytes, step: int) -> str:
    """Return the code of a step of time (RFC 4226, section 5.3)."""
    digest = hmac.digest(secret, struct.pack(">Q", step), "sha1")
    offset = digest[-1] & 0xF
    number = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}}"


def find_step(secret: bytes, code: str, after: int = 0) -> int | None:
    """Return the step of time whose code this is, near the present and later than `after`; else None."""
    digits = "".join(code.split())
    now = int(timezone.now().timestamp()) // STEP_SECONDS
    found = [
        now + step
        for step in ACCEPTED_STEPS
        if hmac.compare_digest(compute_code(secret, now + step).encode(), digits.encode("utf-8", "replace"))
    ]
    return next((step for step in found if step > after), None)


def check_code(factor: SecondFactor, code: str) -> bool:
    """Return whether this is a code of the app. Each works once, also if it is sent twice at the same time."""
    secret = decrypt(factor.secret)
    step = find_step(secret, code, factor.last_step) if secret else None
    if step is None:
        return False
    used = SecondFactor.objects.filter(pk=factor.pk, last_step__lt=step).update(last_step=step, used_at=timezone.now())
    return used == 1


def format_secret(secret: bytes) -> str:
    """Return the secret as people type it into the app: in groups of four letters and digits."""
    text = base64.b32encode(secret).decode()
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def build_app_url(secret: bytes, name: str) -> str:
    """Return the address that the QR code contains. `name` is that of the account."""
    query = {"secret": base64.b32encode(secret).decode(), "issuer": ISSUER, "digits": DIGITS, "period": STEP_SECONDS}
    return f"otpauth://totp/{quote(ISSUER)}:{quote(name)}?{urlencode(query, quote_via=quote)}"


def draw_qr_code(text: str) -> SafeString:
    """Return the QR code as an SVG element, dark on light, without a style."""
    import qrcode
    from qrcode.image.svg import SvgPathImage

    image = qrcode.make(text, image_factory=SvgPathImage, border=2)
    file = BytesIO()
    image.save(file)
    svg = file.getvalue().decode()
    return SafeString(svg[svg.index("<svg") :])  # drawn by the library; it contains no text
