"""The hub's own settings: each is read somewhere, and says when a change acts."""

from __future__ import annotations

import ipaddress
import re

from plexihub.crontab import crontab_problem
from plexihub.kernel.config import Setting
from plexihub.kernel.isolation import LEVELS as ISOLATION
from plexihub.kernel.isolation import SETTING as LEAST_ISOLATION
from plexihub.kernel.recording_setting import RECORDING_SETTINGS
from plexihub_sdk.patterns import Hosts
from plexihub_sdk.permissions import PERMISSIONS

DENO_READY = "plugins.deno_ready"
LEVELS = ("debug", "info", "warning", "error")
MAX_PORT = 65_535
MAX_RATE = 1_000_000
LONGEST_NAME = 60
SHORTEST_SECRET = 32
LONGEST_SECRET = 500
MAX_AGE = 63_072_000
MAX_SHARE_MB = 16 * 1024 * 1024
_ADDRESS = re.compile(r"[A-Za-z0-9.:_-]{1,253}\Z")


def _address(value: str) -> str:
    return "" if _ADDRESS.match(value) else f"must be an address or a host's name, not {value!r}."


def _networks(values: list[str]) -> str:
    for value in values:
        try:
            ipaddress.ip_network(value, strict=False)
        except ValueError:
            return f"{value!r} is neither an address nor a network such as 10.0.0.0/8 or fd00::/8."
    return ""


def _hosts(values: list[str]) -> str:
    kind = Hosts()
    for value in values:
        try:
            kept = kind.check(value)
        except ValueError as error:
            return f"{value!r} {error}"
        if kept != value:
            return f"{value!r} is to be written {kept!r}."
    return ""


def _permissions(values: list[str]) -> str:
    unknown = [value for value in values if value not in PERMISSIONS]
    return f"{unknown[0]!r} is no permission, such as network:fetch." if unknown else ""


def _printable(value: str) -> str:
    fits = value.strip() and len(value) <= LONGEST_NAME and value.isprintable()
    return "" if fits else f"must have 1 to {LONGEST_NAME} printable characters."


def _hard_to_guess(value: str) -> str:
    fits = not value or SHORTEST_SECRET <= len(value) <= LONGEST_SECRET
    return "" if fits else f"must have {SHORTEST_SECRET} to {LONGEST_SECRET} characters."


SETTINGS = (
    *RECORDING_SETTINGS,
    Setting(
        "hub.name",
        str,
        "PlexiHub",
        "What the hub calls itself.",
        check=_printable,
        title="Name of the hub",
    ),
    Setting(
        "server.host",
        str,
        "127.0.0.1",
        "Address to listen on.",
        check=_address,
        restart=True,
        title="Address",
    ),
    Setting(
        "server.port",
        int,
        8000,
        "Port to listen on.",
        minimum=1,
        maximum=MAX_PORT,
        title="Port",
    ),
    Setting(
        "server.trusted_proxies",
        list,
        [],
        "Addresses and networks of the proxies before the hub; X-Forwarded-For and Forwarded are"
        " believed from them alone.",
        check=_networks,
        title="Trusted proxies",
    ),
    Setting(
        "log.level",
        str,
        "info",
        "How much the hub tells on standard error.",
        choices=LEVELS,
        title="Log level",
    ),
    Setting(
        "plugins.deno",
        str,
        "",
        "Path of the Deno program, empty for the hub's own.",
        local=True,
        title="Deno program",
    ),
    Setting(
        DENO_READY,
        int,
        1,
        "Deno processes that are started before a plugin needs one, some 10 MB each; 0 for none.",
        minimum=0,
        maximum=8,
        title="Deno processes kept ready",
    ),
    Setting(
        "plugins.packages",
        str,
        "",
        "Folder in which `plugin install NAME` looks for packages, empty for none.",
        local=True,
        title="Folder of packages",
    ),
    Setting(
        LEAST_ISOLATION,
        str,
        "none",
        "How well this machine must hold sandboxed plugins for them to run (docs/threat-model.md"
        " says what each level means). Below it none starts, and those that run are stopped.",
        choices=ISOLATION,
        operator=True,
        title="Least isolation of sandboxed plugins",
    ),
    Setting(
        "plugins.validation",
        str,
        "block",
        "What becomes of a sandboxed plugin in which the rules find what nobody wants: block (it is"
        " not installed) or warn (whoever installs it is told).",
        choices=("block", "warn"),
        operator=True,
        title="Rules before an install",
    ),
    Setting(
        "plugins.refused_permissions",
        list,
        [],
        "Permissions that no sandboxed plugin may ask for here: one that does is not installed.",
        check=_permissions,
        operator=True,
        title="Refused permissions",
    ),
    Setting(
        "plugins.network.unknown",
        str,
        "refuse",
        "What happens to a sandboxed plugin's request to a host that it was not granted: refuse, or"
        " ask (it waits for an administrator until its time is over).",
        choices=("refuse", "ask"),
        title="Requests to other hosts",
    ),
    Setting(
        "plugins.network.private",
        list,
        [],
        "Hosts of this machine and of private networks that sandboxed plugins may call where they"
        " are granted, such as 127.0.0.1:8080 or wiki.example:*.",
        check=_hosts,
        title="Private hosts",
    ),
    Setting(
        "plugins.network.refused",
        list,
        [],
        "Hosts that no sandboxed plugin may call, whatever it was granted.",
        check=_hosts,
        title="Refused hosts",
    ),
    Setting(
        "plugins.network.https_only",
        bool,
        False,
        "Whether sandboxed plugins' requests go out by https alone.",
        title="Only https",
    ),
    Setting(
        "plugins.network.seconds",
        float,
        30.0,
        "How many seconds one request of a sandboxed plugin may take, within the time of its call.",
        minimum=0.1,
        maximum=300.0,
        title="Time for one request (seconds)",
    ),
    Setting(
        "plugins.network.answer_mb",
        int,
        10,
        "How large an answer to a sandboxed plugin may be, unpacked, in MiB.",
        minimum=1,
        maximum=1024,
        title="Largest answer (MiB)",
    ),
    Setting(
        "security.waf.enabled",
        bool,
        True,
        "Whether requests are judged by the rules against attacks.",
        title="Request filter",
    ),
    Setting(
        "security.waf.mode",
        str,
        "block",
        "What happens to a request that breaks a rule: watch (it passes, and is on record) or"
        " block.",
        choices=("watch", "block"),
        title="Request filter's answer",
    ),
    Setting(
        "security.hsts_seconds",
        int,
        0,
        "For how many seconds browsers that came by TLS keep to it (Strict-Transport-Security), 0"
        " for no such header.",
        minimum=0,
        maximum=MAX_AGE,
        title="Keep browsers to TLS (seconds)",
    ),
    Setting(
        "security.rate.address",
        int,
        6000,
        "Requests a minute from one address, whoever sends them, 0 for no limit."
        " Behind a proxy that server.trusted_proxies does not name, everybody has its address.",
        minimum=0,
        maximum=MAX_RATE,
        title="Requests a minute: address",
    ),
    Setting(
        "security.rate.reads",
        int,
        3000,
        "Reads a minute of one person, 0 for no limit.",
        minimum=0,
        maximum=MAX_RATE,
        title="Requests a minute: reads",
    ),
    Setting(
        "security.rate.writes",
        int,
        600,
        "Writes a minute of one person, 0 for no limit.",
        minimum=0,
        maximum=MAX_RATE,
        title="Requests a minute: writes",
    ),
    Setting(
        "security.rate.connects",
        int,
        120,
        "Live connections that one person may open in a minute, 0 for no limit.",
        minimum=0,
        maximum=MAX_RATE,
        title="Live connections a minute",
    ),
    Setting(
        "security.token_secret",
        str,
        "",
        "Keys the tokens of all sessions; the hub makes one at its first start. A new one signs"
        " everybody out at once; empty makes a random one.",
        secret=True,
        check=_hard_to_guess,
        title="Secret of the sessions",
    ),
    Setting(
        "metrics.token",
        str,
        "",
        "Who sends this token (Authorization: Bearer) may read /metrics, and nothing else; empty"
        " lets administrators alone.",
        secret=True,
        check=_hard_to_guess,
        title="Token for metrics",
    ),
    Setting(
        "files.max_mb",
        int,
        25,
        "How large a file may be that somebody uploads or a plugin keeps, in MiB.",
        minimum=1,
        maximum=4096,
        title="Largest file, in MiB",
    ),
    Setting(
        "files.person_mb",
        int,
        2048,
        "How much the files that one person uploads may have together, in MiB, 0 for no limit; each"
        " counts as 4 KiB more.",
        minimum=0,
        maximum=MAX_SHARE_MB,
        title="Files of one person, in MiB",
    ),
    Setting(
        "backup.schedule",
        str,
        "0 3 * * *",
        "When the hub backs itself up, as a cron line in UTC: minute hour day month weekday;"
        " empty for never.",
        check=crontab_problem,
        title="Backup schedule",
    ),
    Setting(
        "backup.keep",
        int,
        7,
        "How many backups are kept; older ones are deleted after the next one is made.",
        minimum=1,
        maximum=1000,
        title="Backups to keep",
    ),
)


def database_setting(url: str) -> Setting:
    """Make the setting that tells trusted plugins how the hub reaches its database.

    Args:
        url: With its credentials, where it has some; it follows from the data folder.
    """

    def check(value: str) -> str:
        return "" if value == url else "follows from the data folder; PLEXIHUB_DATA chooses that."

    return Setting(
        "database.url",
        str,
        url,
        "How the hub reaches its database; follows from the data folder.",
        secret=True,
        check=check,
        local=True,
        title="Database",
    )
