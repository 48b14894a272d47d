"""`plexihub plugin`: list, show, install, enable, disable, reload, rollback, remove."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import App, Parameter

from plexihub.cli.agreement import agree, require_terminal, show_asked
from plexihub.cli.common import Api, Common, RemoteError, connected, segment
from plexihub.cli.consent import ask_consent, show_access, show_consent
from plexihub.cli.egress import hosts, secret
from plexihub.cli.findings import show_remarks
from plexihub.cli.isolation import isolation_words, show_isolation
from plexihub.cli.leftover import agree_to_purge, leftovers
from plexihub.cli.limit import limits
from plexihub.cli.output import harmless, note, say, show_facts, show_json, show_table
from plexihub.cli.package import COMMANDS as PACKAGE_COMMANDS
from plexihub.cli.permission import COMMANDS
from plexihub.cli.recorded import RECORDING_COMMANDS
from plexihub.cli.source import find_source
from plexihub.cli.validate import validate

app = App(name="plugin", help="Install and run plugins.")
_NO_OPTIONS = Common()
_TIERS = ("sandboxed", "trusted")
app.command(leftovers)
# By name: writing plugins needs the whole hub, which the other commands only talk to.
app.command("plexihub.cli.new:new", name="new", help="Make the folder of a new plugin.")
app.command("plexihub.cli.plugin_log:logs", name="logs", help="Show what a plugin said.")
app.command(
    "plexihub.cli.plugin_doctor:doctor", name="doctor", help="Find out what is wrong with a plugin."
)
app.command("plexihub.cli.dev.command:dev", name="dev", help="Run a plugin while you write it.")
for _command in (*COMMANDS, *PACKAGE_COMMANDS):
    app.command(_command)
app.command(limits)
app.command("plexihub.cli.upgrade:upgrade", help="Put another version in a plugin's place.")
app.command("plexihub.cli.testing:run", name="test", help="Run a plugin's own tests.")
app.command("plexihub.cli.testing:serve", name="test-server", show=False)
for _name, _help in RECORDING_COMMANDS.items():
    app.command(f"plexihub.cli.recording:{_name}", name=_name, help=_help)
app.command(hosts)
app.command(secret)
app.command(validate, name=("validate", "validator"))


@app.command(name="list")
async def list_(*, common: Common = _NO_OPTIONS) -> None:
    """List the installed plugins."""
    async with connected(common) as api:
        plugins = await api.items("/plugins")
    if common.json:
        return show_json(plugins)
    rows = [
        (
            one["id"],
            one["version"],
            one["tier"],
            one["state"],
            one["health"]["status"],
            one["reason"],
        )
        for one in plugins
    ]
    return show_table(
        ("plugin", "version", "tier", "state", "health", ""),
        rows,
        empty="No plugins are installed.",
    )


@app.command
async def show(plugin: str, /, *, common: Common = _NO_OPTIONS) -> None:
    """Show one plugin: state, health, permissions, hooks.

    Parameters
    ----------
    plugin
        Its id, such as hello-world.
    """
    async with connected(common) as api:
        _print(await api.call("GET", f"/plugins/{segment(plugin)}"), common)


@app.command
async def describe(
    source: Path,
    /,
    *,
    trusted: Annotated[bool, Parameter(negative="")] = False,
    common: Common = _NO_OPTIONS,
) -> None:
    """Show what a plugin says of itself and what it uses, without installing it.

    Parameters
    ----------
    source
        A folder with a plugin.json, or one .ts, .js or .py file.
    trusted
        As a trusted plugin: also the text that you would agree to.
    """
    tier = "trusted" if trusted else "sandboxed"
    request = {"source": os.path.abspath(source), "tier": tier}  # noqa: ASYNC240,PTH100 - looks at nothing
    async with connected(common) as api:
        plugin = await api.call("POST", "/plugins/describe", json=request)
    if common.json:
        return show_json(plugin)
    show_remarks(plugin["remarks"])
    if trusted:
        return show_consent(plugin)
    show_facts(
        {
            "plugin": f"{plugin['id']}  {plugin['name']}",
            "version": plugin["version"],
            "asks for": _listed_permissions(plugin, "asked") or "nothing",
            "hooks": ", ".join(plugin["hooks"]) or "-",
            "held by": isolation_words(plugin),
        }
    )
    return show_asked(plugin["consent_page"])


@app.command
async def install(  # noqa: PLR0913 - each is an option of the command
    source: Path,
    /,
    *,
    trusted: Annotated[bool, Parameter(negative="")] = False,
    yes: Annotated[bool, Parameter(negative="", alias="-y")] = False,
    later: Annotated[bool, Parameter(negative="")] = False,
    consent: str | None = None,
    enable: Annotated[bool, Parameter(negative="")] = False,
    allow_downgrade: Annotated[bool, Parameter(negative="")] = False,
    sha256: str | None = None,
    from_: Annotated[Path | None, Parameter(name="--from")] = None,
    common: Common = _NO_OPTIONS,
) -> None:
    """Install a plugin from a package, folder or file, or upgrade the one that is installed.

    Parameters
    ----------
    source
        A .plexi package, a folder with a plugin.json, one .ts, .js or .py file, or a name.
    trusted
        Run it inside the hub with full access; needs your typed consent.
    yes
        Grant every permission it asks for without a question.
    later
        Leave what it was not granted yet to an administrator; an upgrade runs on the old grant.
    consent
        The sentence that the trusted tier asks you to type.
    enable
        Enable it at once.
    allow_downgrade
        Let a version that is not newer take the place of the installed one.
    sha256
        The checksum that the file must have; else that of the file NAME.sha256 beside it.
    from_
        Folder of packages in which a name is looked for; else the setting plugins.packages.
    """
    async with connected(common) as api:
        request = {**await _found(api, source, from_, sha256), "tier": _TIERS[trusted]}
        plugin = await api.call("POST", "/plugins/describe", json=request)
        _show_judged(plugin, common)
        decided = agree(plugin, yes=yes or trusted, later=later) | _consent(plugin, consent)
        asked = {**request, **decided, "allow_downgrade": allow_downgrade}
        installed = await api.call("POST", "/plugins", json=asked)
        if enable:
            installed = await api.call("POST", f"/plugins/{installed['id']}/enable")
        if common.json:
            return show_json(installed)
        _say_installed(installed, plugin["installed"])
        return _say_next(installed, api, is_over=enable or bool(plugin["installed"]))


def _say_next(installed: dict[str, Any], api: Api, *, is_over: bool) -> None:
    if not is_over:
        return say(f"[dim]→[/dim] Enable it: plexihub plugin enable {installed['id']}")
    say(f"{installed['id']} is {harmless(_state(installed, api))}.")
    return api.note_offline()


async def _found(api: Api, typed: Path, folder: Path | None, sha256: str | None) -> dict[str, Any]:
    found = await find_source(api, typed, folder)
    place = os.path.abspath(found.path)  # noqa: ASYNC240,PTH100 - looks at nothing
    return {"source": place, "sha256": sha256 or found.sha256}


def _show_judged(plugin: dict[str, Any], common: Common) -> None:
    if not common.json:
        show_isolation(plugin)
        show_remarks(plugin["remarks"])


def _say_installed(installed: dict[str, Any], before: dict[str, Any] | None) -> None:
    name, version = installed["id"], harmless(installed["version"])
    _say_pending(installed)
    if before is None:
        return say(f"Installed {name} {version} ({installed['tier']}).")
    say(f"{name} is {version} now; it was {harmless(before['version'])}.")
    return say(f"[dim]→[/dim] To go back: plexihub plugin rollback {name}")


def _say_pending(installed: dict[str, Any]) -> None:
    for permission in installed["permissions"]["pending"]:
        note(
            f"{permission} waits for the approval of an administrator, on the plugin's page"
            f" or with: plexihub plugin approve {installed['id']} {permission}"
        )


@app.command
async def enable(
    plugin: str,
    /,
    *,
    consent: str | None = None,
    with_dependencies: Annotated[bool, Parameter(negative="")] = False,
    common: Common = _NO_OPTIONS,
) -> None:
    """Enable a plugin; a trusted one that changed since it was agreed to needs a new consent.

    Parameters
    ----------
    plugin
        Its id.
    with_dependencies
        Enable first what it needs and is off.
    """
    others = {"with_dependencies": with_dependencies}
    async with connected(common) as api:
        _tell(await _agreed(api, plugin, "enable", others, consent), api, common)


async def _agreed(
    api: Api, plugin: str, verb: str, more: dict[str, bool], typed: str | None
) -> dict[str, Any]:
    """Enable or reload a plugin, with the consent that it may ask for."""
    path = f"/plugins/{segment(plugin)}"
    try:
        changed: dict[str, Any] = await api.call("POST", f"{path}/{verb}", json=more)
    except RemoteError as error:
        # Another plugin's consent is asked for where that one is enabled.
        asks = error.error.get("code") == "consent_needed"
        if not asks or error.error.get("where") != plugin.replace("_", "-"):
            raise
        given = _consent(await api.call("GET", f"{path}/access"), typed)
        changed = await api.call("POST", f"{path}/{verb}", json={**more, **given})
    return changed


@app.command
async def access(plugin: str, /, *, common: Common = _NO_OPTIONS) -> None:
    """Show what a trusted plugin can do, what it may do and what it did.

    Parameters
    ----------
    plugin
        Its id.
    """
    async with connected(common) as api:
        found = await api.call("GET", f"/plugins/{segment(plugin)}/access")
    if common.json:
        return show_json(found)
    return show_access(found)


@app.command
async def grant(plugin: str, what: str, /, *, common: Common = _NO_OPTIONS) -> None:
    """Give a trusted plugin a system grant; it acts at once.

    Parameters
    ----------
    plugin
        Its id.
    what
        files, network or commands.
    """
    await _regrant("PUT", plugin, what, common)


@app.command
async def revoke(plugin: str, what: str, /, *, common: Common = _NO_OPTIONS) -> None:
    """Take a system grant from a trusted plugin; what it has open already stays open.

    Parameters
    ----------
    plugin
        Its id.
    what
        files, network or commands.
    """
    await _regrant("DELETE", plugin, what, common)


async def _regrant(
    method: Literal["PUT", "DELETE"], plugin: str, what: str, common: Common
) -> None:
    async with connected(common) as api:
        changed = await api.call(method, f"/plugins/{segment(plugin)}/grants/{segment(what)}")
        if common.json:
            return show_json(changed)
        had = [one["name"] for one in changed["grants"] if one["granted"]]
        say(f"{changed['id']} may use: {', '.join(had) or 'none of files, network, commands'}.")
        return api.note_offline()


@app.command
async def disable(
    plugin: str,
    /,
    *,
    with_dependents: Annotated[bool, Parameter(negative="")] = False,
    common: Common = _NO_OPTIONS,
) -> None:
    """Disable a plugin; works while no hub runs, too.

    Parameters
    ----------
    plugin
        Its id.
    with_dependents
        Disable first the running plugins that need it.
    """
    others = {"with_dependents": with_dependents}
    async with connected(common) as api:
        changed = await api.call("POST", f"/plugins/{segment(plugin)}/disable", json=others)
        _tell(changed, api, common)


@app.command
async def reload(
    plugin: str, /, *, consent: str | None = None, common: Common = _NO_OPTIONS
) -> None:
    """Let a running plugin run its files as they are now; what it keeps in memory stays.

    Parameters
    ----------
    plugin
        Its id.
    consent
        The sentence that a trusted plugin whose files changed asks you to type.
    """
    async with connected(common) as api:
        _tell(await _agreed(api, plugin, "reload", {}, consent), api, common)


@app.command
async def rollback(plugin: str, /, *, common: Common = _NO_OPTIONS) -> None:
    """Put the version before the last upgrade in a plugin's place; again to undo that.

    Parameters
    ----------
    plugin
        Its id.
    """
    async with connected(common) as api:
        changed = await api.call("POST", f"/plugins/{segment(plugin)}/rollback")
        if common.json:
            return show_json(changed)
        say(f"{changed['id']} is {harmless(changed['version'])} now.")
        return api.note_offline()


@app.command
async def remove(
    plugin: str,
    /,
    *,
    purge: Annotated[bool, Parameter(negative="")] = False,
    yes: Annotated[bool, Parameter(negative="", alias="-y")] = False,
    common: Common = _NO_OPTIONS,
) -> None:
    """Remove a plugin; what it keeps (tables, files, settings) stays unless you purge it.

    Parameters
    ----------
    plugin
        Its id.
    purge
        Delete what it keeps as well, for good.
    yes
        Purge without a question.
    """
    async with connected(common) as api:
        if purge:
            agree_to_purge(await api.call("GET", f"/plugins/{segment(plugin)}/data"), yes=yes)
        params = {"purge": "true"} if purge else {}
        await api.call("DELETE", f"/plugins/{segment(plugin)}", params=params)
        if common.json:
            return show_json({"removed": plugin})
        say(f"Removed {harmless(plugin)}.")
        return api.note_offline()


def _tell(changed: dict[str, Any], api: Api, common: Common) -> None:
    if common.json:
        return show_json(changed)
    say(f"{changed['id']} is {harmless(_state(changed, api))}.")
    return api.note_offline()


def _state(plugin: dict[str, Any], api: Api) -> str:
    reason = f": {plugin['reason']}" if plugin["reason"] and api.live else ""
    return f"{plugin['state']}{reason}"


def _print(plugin: dict[str, Any], common: Common) -> None:
    if common.json:
        return show_json(plugin)
    health = plugin["health"]
    facts = {
        "plugin": f"{plugin['id']}  {plugin['name']}",
        "version": plugin["version"],
        "before it": plugin["previous_version"] or "-",
        "author": plugin["author"] or "-",
        "tier": plugin["tier"],
        "runtime": "inside the hub" if plugin["tier"] == "trusted" else plugin["runtime"],
        "state": plugin["state"],
        "reason": plugin["reason"] or "-",
        "health": f"{health['status']}, {health['calls']} calls, {health['failures']} failures, "
        f"{health['restarts']} restarts, {health['deaths']} crashes",
        "last error": health["last_error"] or "-",
        "process": health["pid"] or "-",
        "memory": f"{health['memory_mb']:.1f} MB" if health["memory_mb"] else "-",
        "asks for": _listed_permissions(plugin, "asked") or "nothing",
        "may": _listed_permissions(plugin, "granted") or "nothing",
        "awaits approval": ", ".join(plugin["permissions"]["pending"]) or "nothing",
        "hooks": ", ".join(plugin["hooks"]) or "-",
        "needs": _listed(plugin["needs"]),
        "needed by": _listed(plugin["needed_by"]),
        "digest": plugin["digest"] or "-",
    }
    return show_facts(facts)


def _listed(others: list[dict[str, Any]]) -> str:
    return ", ".join(f"{one['id']} {one['versions']} ({one['state']})" for one in others) or "-"


def _limit(plugin: dict[str, Any], permission: str) -> str:
    """Say how far a permission reaches; empty where nothing limits it."""
    scope = plugin["permissions"]["scopes"].get(permission)
    return scope["words"] if scope else ""


def _listed_permissions(plugin: dict[str, Any], which: str) -> str:
    names = plugin["permissions"][which]
    limits = {name: _limit(plugin, name) for name in names}
    return ", ".join(f"{name} ({limits[name]})" if limits[name] else name for name in names)


def _consent(plugin: dict[str, Any], typed: str | None) -> dict[str, Any]:
    """Answer what is to be sent: what was typed, and the digest of the text that was shown."""
    asked = plugin.get("consent")
    if asked is None:
        return {}
    if typed is None:
        require_terminal(
            f"{plugin['id']} is to run as trusted, which needs your typed consent.",
            f'Give it with --consent "{asked["phrase"]}" once you know what it means '
            "(shown with: plexihub plugin describe PATH --trusted).",
        )
        show_consent(plugin)
        typed = ask_consent(asked)
    return {"consent": typed, "consent_digest": asked["digest"]}
