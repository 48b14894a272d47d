"""The one tree of errors, each with a stable `code` that crosses every boundary.

Three trunks by who is wrong: `InputError` (the caller's data or rights), `PluginError` (the guest)
and `PackageError` (what was downloaded). Core errors know no HTTP; the doors map codes.
"""

from __future__ import annotations

from typing import ClassVar


class PlexiHubError(Exception):
    """Something a person or a plugin can be told: what was wrong, where, and what to do next.

    Args:
        message: What was wrong, one sentence.
        where: The field, file or place; empty when the message says it.
        next: What to do next; empty when nothing can be done.
    """

    code: ClassVar[str] = "error"

    def __init__(self, message: str, *, where: str = "", next: str = "") -> None:  # noqa: A002
        super().__init__(message)
        self.message = message
        self.where = where
        self.next = next


class InputError(PlexiHubError):
    """The caller's data is wrong."""

    code = "invalid_input"


class NotFoundError(InputError):
    """What was named does not exist, or is not for this caller to know of."""

    code = "not_found"


class ConflictError(InputError):
    """What was asked for contradicts what is there."""

    code = "conflict"


class DependencyError(ConflictError):
    """A plugin needs another one that is not there, is off or has another version."""

    code = "dependency"


class TooLargeError(InputError):
    """More data than the limit allows."""

    code = "too_large"


class InputRefusedError(InputError):
    """What a plugin was to be called with has not the declared form, so its code did not run."""

    code = "input_refused"


class AuthenticationError(InputError):
    """Nobody is signed in, or the credentials are wrong."""

    code = "unauthenticated"


class BadCredentialsError(AuthenticationError):
    """The name or the password is wrong; which of them is never said."""

    code = "bad_credentials"


class PermissionDenied(InputError):  # noqa: N818 - the documented name that plugin code catches
    """The caller may not do this.

    Args:
        permission: The permission that was missing, such as `events:emit`.
        message: A sentence of its own where the usual one does not fit.
        where: The method or route that was called.
        next: What to do next.
    """

    code = "permission_denied"

    def __init__(
        self,
        permission: str,
        message: str = "",
        *,
        where: str = "",
        next: str = "",  # noqa: A002
    ) -> None:
        super().__init__(
            message or f"The permission {permission!r} is needed and was not granted.",
            where=where,
            next=next or "Ask an administrator to grant it, or declare it in the manifest first.",
        )
        self.permission = permission


class ConsentNeeded(PermissionDenied):
    """A trusted plugin may not be installed or enabled before somebody types their consent."""

    code = "consent_needed"


class Veto(PlexiHubError):  # noqa: N818 - the documented name that plugin code raises
    """A hook's handler refuses the operation, with a reason for the person who asked."""

    code = "vetoed"

    def __init__(self, reason: str, *, plugin: str = "") -> None:
        super().__init__(reason, where=plugin)
        self.reason = reason
        self.plugin = plugin


class PluginError(PlexiHubError):
    """The guest is wrong: it crashed, was late, broke the protocol or asked for too much."""

    code = "plugin_error"


class PluginLoadError(PluginError):
    """The plugin's code could not be loaded or started."""

    code = "plugin_load_failed"


class PluginUnavailableError(PluginError):
    """The plugin is not running now: disabled, restarting or quarantined."""

    code = "plugin_unavailable"


class PluginCrashedError(PluginError):
    """The plugin's process ended in the middle of a call."""

    code = "plugin_crashed"


class PluginTimeoutError(PluginError):
    """The plugin did not answer before its deadline."""

    code = "plugin_timeout"


class PluginRaisedError(PluginError):
    """The plugin's own code raised; the message is the plugin's."""

    code = "plugin_raised"


class ProtocolError(PluginError):
    """A frame that no well-behaved guest sends."""

    code = "protocol_error"


class LimitExceededError(PluginError):
    """A limit of size, depth, rate or count was reached."""

    code = "limit_exceeded"


class PackageError(PlexiHubError):
    """What was downloaded or handed over cannot be installed."""

    code = "package_error"


class ManifestError(PackageError):
    """A field of the manifest is wrong; `where` names it."""

    code = "manifest_invalid"


class ConfigError(InputError):
    """A setting is unknown or its value is refused; nothing was changed."""

    code = "config_invalid"


class StartupError(PlexiHubError):
    """The hub cannot start; nothing was overwritten."""

    code = "startup_failed"


def every_error() -> dict[str, type[PlexiHubError]]:
    """Map each stable code to its class; two classes with one code are a mistake of ours."""
    found: dict[str, type[PlexiHubError]] = {}
    queue: list[type[PlexiHubError]] = [PlexiHubError]
    while queue:
        cls = queue.pop()
        if found.setdefault(cls.code, cls) is not cls:
            msg = f"two errors share the code {cls.code!r}"
            raise RuntimeError(msg)
        queue.extend(cls.__subclasses__())
    return found
