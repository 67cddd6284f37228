"""How users sign in: counts of failed attempts, second factors, recovery codes, networks, sessions, lost passwords."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

NETWORK_LENGTH = 45  # characters, of an IPv6 network


class AttemptCount(models.Model):
    """Failed attempts of one kind by, or against, one subject (`meetings.sign_in.attempts`).

    `key` is a digest of both, so that the table contains no names that somebody typed. `failures` is the number of
    checked attempts since `since`; `refused` is the number of those refused without a check.
    """

    key = models.CharField(max_length=64, primary_key=True)
    failures = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    since = models.DateTimeField()
    blocked_until = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=("since",), name="attempts_by_time")]

    def __str__(self) -> str:
        return f"{self.failures} failures since {self.since:%Y-%m-%d %H:%M}"


class KnownNetwork(models.Model):
    """A network from which a user has signed in: failed attempts from elsewhere do not block it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="known_networks")
    network = models.CharField(max_length=NETWORK_LENGTH)
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=("user", "network"), name="known_once")]

    def __str__(self) -> str:
        return self.network


class SecondFactor(models.Model):
    """An authenticator app or a passkey of a user.

    `secret` is encrypted: the secret of the app, or the public key of the passkey. `last_step` is the step of time of
    the last code of the app, so that no code works twice, or what the passkey has counted.
    """

    class Kind(models.TextChoices):
        APP = "app", _("authenticator app")
        PASSKEY = "passkey", _("passkey")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="second_factors")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    name = models.CharField(_("name"), max_length=60)
    secret = models.TextField()
    last_step = models.BigIntegerField(default=0)
    created_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.name


class RecoveryCode(models.Model):
    """A code for a user who has lost their second factor. It works once. Only its digest is stored."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.pk}"


class UserSession(models.Model):
    """A session of a user who is signed in, as the user sees it in the list of their sessions.

    `session_key` is that of Django's table: a digest of the key that the browser sends.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="sessions")
    session_key = models.CharField(max_length=40, unique=True)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    remote = models.CharField(max_length=NETWORK_LENGTH, blank=True)
    browser = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("-seen_at",)

    def __str__(self) -> str:
        return f"{self.remote} {self.started_at:%Y-%m-%d %H:%M}"


class PasswordRequest(models.Model):
    """Somebody has asked for a link to set a new password.

    `name` is what they typed, whether there is such an account or not. The process that sends mails looks for the
    account, so that answering takes the same steps.
    """

    name = models.CharField(max_length=254)
    at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"
