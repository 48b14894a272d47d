"""What the hub makes of the rules before it installs: refuse, or warn.

The rules read a package in a process of its own before any of its code runs. What blocks refuses a
sandboxed plugin, unless the operator chose `plugins.validation = warn`. A trusted plugin may do
everything by consent, so its findings are told with the text that is agreed to. A reading that
fails is a finding itself, never a pass.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any

import msgspec

from plexihub.kernel.ports import Tier
from plexihub.marketplace.rules.engine import ENGINE
from plexihub.marketplace.rules.finding import Finding, Report, read_report
from plexihub.marketplace.staging import StagedBundle
from plexihub_sdk.errors import PackageError, PluginError

#: The settings.
MODE = "plugins.validation"
REFUSED = "plugins.refused_permissions"
SECONDS = 20.0
_GRACE = 5.0
_SCAN = "plexihub.marketplace.scan"
_KEPT = 16
_TOLD = 3
_MOST_REMARKS = 50
#: Runs a module of the hub's own apart: its name, arguments, seconds.
RunApart = Callable[[str, Sequence[str], float], Awaitable[bytes]]


class Validation:
    """Judges packages before they are installed.

    Args:
        run_apart: Runs a module in a process of its own.
        setting: Reads a setting.
    """

    def __init__(self, run_apart: RunApart, setting: Callable[[str], Any]) -> None:
        self._run_apart = run_apart
        self._setting = setting
        # Describing and installing the same files takes one reading.
        self._known: OrderedDict[tuple[str, ...], Report] = OrderedDict()

    async def judge(self, staged: StagedBundle, tier: Tier) -> Report:
        """Read a staged package by every rule.

        Raises:
            PackageError: Something blocks, and the operator did not choose to be warned only.
        """
        refused = ",".join(sorted(self._setting(REFUSED)))
        key = (staged.digest, staged.bare or "", tier, refused)
        report = self._known.get(key) or await self._read(staged, tier, refused)
        self._known[key] = report
        self._known.move_to_end(key)
        if len(self._known) > _KEPT:
            self._known.popitem(last=False)
        return self._decided(report)

    def _decided(self, report: Report) -> Report:
        if self._setting(MODE) == "block":
            require(report)
            return report
        # What the policy refuses is refused, whatever the operator thinks of the rules.
        require(replace(report, findings=_of_policy(report)))
        return replace(report, findings=tuple(_lowered(one) for one in report.findings))

    async def _read(self, staged: StagedBundle, tier: Tier, refused: str) -> Report:
        arguments = [str(staged.described_at), tier, str(SECONDS), refused]
        try:
            answer = await self._run_apart(_SCAN, arguments, SECONDS + _GRACE)
            return read_report(msgspec.json.decode(answer))
        except (PluginError, msgspec.DecodeError, KeyError, TypeError, OSError) as error:
            return _not_read(tier, error)


def require(report: Report) -> None:
    """Refuse a package that something blocks.

    Raises:
        PackageError: The first findings, and how to see all.
    """
    blocking = report.of("error")
    if not blocking:
        return
    told = " ".join(
        f"{one.place}: {one.message} {one.next} ({one.rule})" for one in blocking[:_TOLD]
    )
    more = f" And {len(blocking) - _TOLD} more." if len(blocking) > _TOLD else ""
    raise PackageError(
        f"The rules refuse it. {told}{more}",
        where=blocking[0].place,
        next="See all of it: plexihub plugin validate --profile installer",
    )


def remarks_of(report: Report) -> list[dict[str, Any]]:
    """Answer what whoever installs a package is shown, as JSON."""
    return [
        {
            "rule": one.rule,
            "place": one.place,
            "message": one.message,
            "allowed": one.allowed,
        }
        for one in report.remarks[:_MOST_REMARKS]
    ]


def _of_policy(report: Report) -> tuple[Finding, ...]:
    return tuple(one for one in report.findings if one.rule == "permission-refused")


def _lowered(one: Finding) -> Finding:
    return replace(one, severity="warning") if one.severity == "error" else one


def _not_read(tier: Tier, error: Exception) -> Report:
    rule = ENGINE["scan-late"]
    said = f"It could not be checked to its end ({type(error).__name__})."
    finding = Finding(
        rule=rule.id,
        severity=rule.level("installer", tier),
        file="",
        line=0,
        column=0,
        message=said,
        next=rule.next,
    )
    return Report(name="", profile="installer", tier=tier, findings=(finding,))
