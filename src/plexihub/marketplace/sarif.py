"""A report as SARIF 2.1.0, which code hosts and editors read."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from plexihub import __version__
from plexihub.marketplace.rules.finding import Finding, Report
from plexihub.marketplace.rules.registry import BY_ID
from plexihub.marketplace.rules.rule import Level, Profile, Rule

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS: dict[Level, str] = {
    "error": "error",
    "warning": "warning",
    "note": "note",
    "off": "none",
}
_SECURITY = frozenset({"malicious", "secrets", "obfuscation", "native", "permissions", "weakness"})


def to_sarif(report: Report) -> dict[str, Any]:
    """Write a report as one run of SARIF."""
    used = sorted({one.rule for one in report.findings})
    index = {name: at for at, name in enumerate(used)}
    driver = {
        "name": "PlexiHub",
        "semanticVersion": __version__,
        "rules": [_rule(BY_ID[name], report.profile, report.tier) for name in used],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"PACKAGE": {"description": {"text": "The plugin's folder."}}},
        "invocations": [{"executionSuccessful": True}],
        "results": [_result(one, index[one.rule]) for one in report.findings],
        "properties": {"profile": report.profile, "tier": report.tier},
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(rule: Rule, profile: Profile, tier: str) -> dict[str, Any]:
    return {
        "id": rule.id,
        "shortDescription": {"text": rule.looks_for},
        "help": {"text": rule.next},
        "defaultConfiguration": {"level": _LEVELS[rule.level(profile, tier)]},
        "properties": {
            "tags": [rule.group, *(["security"] if rule.group in _SECURITY else [])],
        },
    }


def _result(one: Finding, at: int) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": one.rule,
        "ruleIndex": at,
        "level": _LEVELS[one.severity],
        "message": {"text": f"{one.message} {one.next}".strip()},
        "locations": [_location(one)] if one.file else [],
    }
    if one.allowed:
        result["suppressions"] = [{"kind": "inSource", "justification": one.allowed}]
    return result


def _location(one: Finding) -> dict[str, Any]:
    physical: dict[str, Any] = {
        "artifactLocation": {"uri": quote(one.file), "uriBaseId": "PACKAGE"},
    }
    if one.line:
        region = {"startLine": one.line}
        physical["region"] = {**region, "startColumn": one.column} if one.column else region
    return {"physicalLocation": physical}
