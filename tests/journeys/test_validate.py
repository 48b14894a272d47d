"""An author, a script and a hub judge the same package by the same rules."""

import json
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tests.support.hub import command_here

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
GUILTY = ROOT / "tests" / "corpus" / "guilty"


def judge(tmp_path: Path, *arguments: str) -> CompletedProcess[str]:
    """Run `plexihub plugin validate`; no hub runs, and none was ever set up."""
    return command_here("plugin", "validate", *arguments, data=tmp_path / "none")


@pytest.mark.checklist("A-63")
def test_seed_s_plugin_passes_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command that the document types ends with 0 and a report."""
    monkeypatch.chdir(ROOT)
    done = command_here("plugin", "validator", "hello-world", data=tmp_path / "none")
    assert done.returncode == 0, done.stderr
    assert "passes as author (sandboxed): nothing to remark" in done.stdout
    assert not (tmp_path / "none").exists()


@pytest.mark.checklist("A-10")
@pytest.mark.parametrize("profile", ["author", "installer"])
@pytest.mark.parametrize("tier", ["sandboxed", "trusted"])
def test_examples_pass(tmp_path: Path, tier: str, profile: str) -> None:
    """What people read and copy is above suspicion."""
    flags = ["--trusted"] if tier == "trusted" else []
    for path in sorted((EXAMPLES / tier).iterdir()):
        done = judge(tmp_path, str(path), "--profile", profile, *flags)
        assert done.returncode == 0, f"{path.name}\n{done.stdout}{done.stderr}"


@pytest.mark.checklist("A-10")
def test_finding_is_told_with_its_place_and_what_to_do(tmp_path: Path) -> None:
    """File, line, the line itself, the rule."""
    done = judge(tmp_path, str(GUILTY / "py-exec__formula_field.py"))
    assert done.returncode == 1
    assert "8:21  error    eval runs text as code.  py-exec" in done.stdout
    assert 'return {"data": eval(formula, {"x": 2})}' in done.stdout
    assert "→ Write the code itself" in done.stdout


@pytest.mark.checklist("A-10")
def test_json_is_the_report(tmp_path: Path) -> None:
    """Both spellings of the option say the same."""
    path = str(GUILTY / "js-eval__calculator.ts")
    said = json.loads(judge(tmp_path, path, "--format", "json").stdout)
    assert json.loads(judge(tmp_path, path, "--json").stdout) == said
    assert said["passes"] is False
    assert said["counts"]["error"] == 1
    finding = said["findings"][0]
    assert (finding["rule"], finding["file"], finding["line"]) == (
        "js-eval",
        "js-eval__calculator.ts",
        4,
    )


@pytest.mark.checklist("A-10")
def test_sarif_has_what_its_schema_requires(tmp_path: Path) -> None:
    """Each result names a rule of the run, a place and a level; a permit is a suppression."""
    path = tmp_path / "asks.py"
    path.write_text("# plexihub: allow py-exec a calculator\nexec('1')\nprint(eval('2'))\n")
    out = tmp_path / "out.sarif"
    assert judge(tmp_path, str(path), "--format", "sarif", "-o", str(out)).returncode == 1
    said = json.loads(out.read_text())
    assert said["version"] == "2.1.0"
    (run,) = said["runs"]
    rules = [one["id"] for one in run["tool"]["driver"]["rules"]]
    for result in run["results"]:
        assert rules[result["ruleIndex"]] == result["ruleId"]
        assert result["level"] in {"none", "note", "warning", "error"}
        assert result["message"]["text"]
        (place,) = result["locations"]
        assert place["physicalLocation"]["artifactLocation"]["uri"] == "asks.py"
        assert place["physicalLocation"]["region"]["startLine"] >= 1
    suppressed = [one["suppressions"] for one in run["results"] if "suppressions" in one]
    assert suppressed == [[{"kind": "inSource", "justification": "a calculator"}]]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["nowhere"], "There is no plugin at 'nowhere'"),
        ([".", "--profile", "friend"], "Invalid value"),
        ([".", "--format", "yaml"], "Invalid value"),
    ],
)
def test_wrong_use_is_told_apart_from_findings(
    tmp_path: Path, arguments: list[str], says: str
) -> None:
    """With another exit status, so that a script can tell."""
    done = judge(tmp_path, *arguments)
    assert done.returncode == 2
    assert says in done.stderr


def test_report_is_harmless_to_a_terminal(tmp_path: Path) -> None:
    """A package's own words cannot move the cursor or forge a verdict."""
    path = tmp_path / "asks.py"
    path.write_text("exec('\x1b[2J\x1b[1;1H[green]passes[/green]')\n")
    done = judge(tmp_path, str(path))
    assert done.returncode == 1
    assert "\x1b" not in done.stdout
    assert "[green]passes[/green]" in done.stdout


def test_link_in_a_package_is_refused(tmp_path: Path) -> None:
    """As the installer refuses it."""
    folder = tmp_path / "linked"
    folder.mkdir()
    (folder / "plugin.json").write_text('{"id": "a", "version": "1.0.0", "entrypoint": "m.py"}')
    (folder / "m.py").symlink_to("/etc/hostname")
    done = judge(tmp_path, str(folder))
    assert done.returncode == 1
    assert "links are not" in done.stderr


def test_installed_plugin_is_judged_by_its_id(tmp_path: Path) -> None:
    """As the hub has it: one that was a file is a file."""
    data = tmp_path / "data"
    source = tmp_path / "cheers.py"
    source.write_text("def on_dashboard_load(context):\n    return {}\n")
    done = command_here("plugin", "install", str(source), "--yes", data=data)
    assert done.returncode == 0, done.stderr
    done = command_here("plugin", "validate", "cheers", data=data)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "cheers.py passes" in done.stdout
