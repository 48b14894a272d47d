"""One JavaScript file of a TypeScript plugin, type-checked, with a map back to its source lines.

Runs on the author's machine, when a package is made. What the plugin imports from npm or JSR comes
from the author's own cache and lock file; nothing is fetched here, and nothing when it runs.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from plexihub.runtimes._spawn import Finished, run_tool
from plexihub.runtimes.deno.location import find_deno, find_guest, find_sdk
from plexihub_sdk.errors import PackageError

SECONDS = 120.0
#: What the sandbox itself supplies, so it stays an import.
_SUPPLIED = ("@plexihub/sdk", "@/lib/extensibility/pluginRegistry", "zod")
_CONFIGS = ("deno.json", "deno.jsonc")
_CONFIG, _LOCK = "deno.json", "deno.lock"
_OUT = "plexihub.bundle.js"
#: `--cached-only` does not count for npm, so every way out ends at a port that nobody listens on.
_NO_NETWORK = {
    **dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"), "http://127.0.0.1:1"),
    "NO_PROXY": "",
    "npm_config_registry": "http://127.0.0.1:1/",
}


@dataclass(frozen=True, slots=True)
class Bundled:
    """What became of a plugin's modules.

    Args:
        entrypoint: Path of the one file.
        files: It and its source map, by path.
        modules: The plugin's own modules that it holds.
    """

    entrypoint: str
    files: Mapping[str, bytes]
    modules: frozenset[str]


def bundle(folder: Path, entrypoint: str, say: Callable[[str], None]) -> Bundled:
    """Check and bundle a plugin; blocks.

    Args:
        folder: A copy of its files, which is changed.
        entrypoint: Path of the module that is loaded.
        say: Told what is done.

    Raises:
        PackageError: A type is wrong, or something cannot be found; Deno's words name the place.
        StartupError: Deno or the SDK's types are missing.
    """
    deno = _Deno(folder)
    say("Checking types")
    deno.run("check", "--cached-only", entrypoint)
    say("Bundling")
    out = PurePosixPath(entrypoint).with_suffix(".js").as_posix()
    made = folder / PurePosixPath(entrypoint).parent / _OUT
    externals = [part for name in _SUPPLIED for part in ("--external", name)]
    order = ("bundle", "--platform", "deno", "--sourcemap=linked", *externals)
    deno.run(*order, "--output", str(made), entrypoint)
    said = json.loads(made.with_name(f"{_OUT}.map").read_bytes())
    deno.require_own(said["sources"], PurePosixPath(out).parent)
    modules = deno.own_modules(said["sources"], PurePosixPath(out).parent)
    name = PurePosixPath(out).name
    code = made.read_text(encoding="utf-8").replace(f"={_OUT}.map", f"={name}.map")
    said["sources"] = [deno.portable(one) for one in said["sources"]]
    files = {
        out: deno.portable_code(code).encode(),
        f"{out}.map": json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode(),
    }
    return Bundled(out, files, modules)


class _Deno:
    """Deno, with the author's settings and the sandbox's imports.

    Args:
        folder: The copy of the plugin's files.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._program = str(find_deno())
        self._home = os.environ.get("DENO_DIR") or str(_cache_home() / "deno")
        (folder / _CONFIG).write_text(json.dumps(_config(folder)), encoding="utf-8")
        self._lock = ("--frozen",) if (folder / _LOCK).is_file() else ("--no-lock",)

    def run(self, verb: str, *arguments: str) -> Finished:
        """Run one of its commands.

        Raises:
            PackageError: It refused, or took too long.
        """
        more = ("--config", str(self._folder / _CONFIG), *self._lock)
        command = [self._program, verb, "--quiet", *more, *arguments]
        env = {
            "PATH": os.environ.get("PATH", ""),
            "HOME": os.environ.get("HOME", "/nonexistent"),
            "DENO_DIR": self._home,
            "DENO_NO_UPDATE_CHECK": "1",
            "NO_COLOR": "1",
            **_NO_NETWORK,
        }
        try:
            done = run_tool(command, env=env, cwd=self._folder, seconds=SECONDS)
        except (OSError, TimeoutError) as error:
            raise PackageError(f"Deno could not be used: {error}.", where=verb) from error
        if done.status:
            raise self._refused(done.said)
        return done

    def _refused(self, said: str) -> PackageError:
        here = re.compile(rf"(?:file://)?{re.escape(str(self._folder.resolve()))}/")
        words = here.sub("", said).strip() or "it says nothing."
        place = re.search(r"at (\S+:\d+):\d+", words)
        lacks = any(word in words for word in ("Failed loading", "cached", "lockfile"))
        return PackageError(
            f"The code cannot be packed:\n{words}",
            where=place.group(1) if place else "",
            next="Run `deno install` in the plugin's folder, so that what it imports is in your"
            " cache and deno.lock."
            if lacks
            else "Mend it, and pack it again.",
        )

    def require_own(self, sources: list[str], parent: PurePosixPath) -> None:
        """Refuse what was read neither from the plugin nor from Deno's cache.

        A stranger's import may name any file of whoever packs it, which would be in the package.

        Raises:
            PackageError: There is such a file.
        """
        folder = self._folder.resolve()
        roots = (folder, Path(self._home).resolve(), find_sdk().resolve(), find_guest().resolve())
        for one in sources:
            if "://" in one and not one.startswith("file:"):
                continue
            path = Path(os.path.normpath(folder / parent / one.removeprefix("file://")))
            if not any(path.is_relative_to(root) for root in roots):
                raise PackageError(
                    f"It imports {path}, which lies outside of its folder.",
                    where=str(path),
                    next="Put the file into the plugin's folder, and import it from there.",
                )

    def own_modules(self, sources: list[str], parent: PurePosixPath) -> frozenset[str]:
        """Tell which files of the plugin a source map names."""
        paths = (os.path.normpath(parent / one) for one in sources)
        return frozenset(one for one in paths if (self._folder / one).is_file())

    def portable(self, path: str) -> str:
        """Name a module of another package without the places of this machine."""
        cache = Path(self._home).name
        return re.sub(rf"^(?:\.\./)+(?:[^/]+/)*?{re.escape(cache)}/", "deno/", path)

    def portable_code(self, code: str) -> str:
        """Do the same in the comments of a bundle that name the modules."""
        return re.sub(
            r"^(\s*// )((?:\.\./)+\S+)$",
            lambda found: found[1] + self.portable(found[2]),
            code,
            flags=re.MULTILINE,
        )


def _cache_home() -> Path:
    given = os.environ.get("XDG_CACHE_HOME")
    return Path(given) if given else Path.home() / ".cache"


def _config(folder: Path) -> dict[str, Any]:
    """Put together the author's settings and what the sandbox supplies."""
    written = _written(folder)
    sdk, guest = find_sdk(), find_guest()
    supplied = {
        "@plexihub/sdk": (sdk / "mod.ts").as_uri(),
        "@/lib/extensibility/pluginRegistry": (guest / "registry.ts").as_uri(),
        "zod": (guest / "vendor" / "zod" / "zod.js").as_uri(),
    }
    options = {"strict": True, **written.get("compilerOptions", {})}
    options["types"] = [*options.get("types", []), (sdk / "globals.ts").as_uri()]
    found: dict[str, Any] = {one: written[one] for one in ("scopes", "unstable") if one in written}
    found["imports"] = {**written.get("imports", {}), **supplied}
    return {**found, "compilerOptions": options, "nodeModulesDir": "none"}


def _written(folder: Path) -> dict[str, Any]:
    for name in _CONFIGS:
        file = folder / name
        if not file.is_file():
            continue
        try:
            found = json.loads(file.read_bytes())
        except ValueError as error:
            raise PackageError(f"{name} is no JSON: {error}.", where=name) from None
        if not isinstance(found, dict):
            raise PackageError(f"{name} is no object.", where=name)
        return found
    return {}
