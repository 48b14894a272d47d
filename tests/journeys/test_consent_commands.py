"""Consent, policy, reasons and the review on the command line."""

from __future__ import annotations

import json
from pathlib import Path

from tests.support.hub import command, command_here, free_port

FIRST = """
export default { id: "clerk", version: "1.0.0", permissions: ["ui:render"], hooks: {} };
"""
SECOND = """
export default {
  id: "clerk", version: "1.1.0",
  permissions: ["ui:render", { name: "network:fetch", hosts: ["api.example.com"] }], hooks: {},
};
"""
POLICY = """
[[rule]]
name = "harmless"
risks = ["low"]
decision = "grant"

[[rule]]
name = "our service"
plugins = ["clerk"]
permissions = ["network:fetch"]
within = { hosts = ["*.example.com"] }
decision = "grant"
"""


def test_permissions_are_decided_and_explained_on_the_command_line(tmp_path: Path) -> None:
    """Shown by risk, left for later, explained, reviewed; a policy file is tried and followed."""
    data, source, policy = tmp_path / "hub", tmp_path / "clerk.ts", tmp_path / "policy.toml"

    def run(*arguments: str) -> str:
        done = command_here(*arguments, data=data)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    source.write_text(FIRST)
    unasked = command_here("plugin", "install", str(source), data=data)
    assert (unasked.returncode, "--later" in unasked.stderr) == (2, True)
    run("plugin", "install", str(source), "--yes")
    source.write_text(SECOND)
    shown = run("plugin", "describe", str(source))
    asked = shown[shown.index("High risk") :]
    assert asked.index("network:fetch") < asked.index("Low risk") < asked.index("ui:render")
    assert "only the hosts api.example.com" in shown
    run("plugin", "install", str(source), "--later")
    assert "network:fetch" in run("permission", "waiting")
    assert "waits for an administrator" in run("plugin", "explain", "clerk", "network:fetch")
    run("plugin", "approve", "clerk", "network:fetch")
    why = run("plugin", "explain", "clerk", "network:fetch", "--to", "evil.example.net")
    assert "may not use" in why
    assert "evil.example.net is not within" in why
    assert "clerk" in run("permission", "who", "network:fetch")
    sheet = tmp_path / "review.csv"
    run("permission", "review", "--csv", str(sheet))
    assert "network:fetch" in sheet.read_text()

    policy.write_text(POLICY)
    assert "2 rules" in run("policy", "check", str(policy))
    tried = json.loads(run("policy", "check", str(policy), str(source), "--json"))
    assert [(one["permission"], one["decision"]) for one in tried] == [
        ("ui:render", "grant"),
        ("network:fetch", "grant"),
    ]
    run("plugin", "remove", "clerk")
    settings = tmp_path / "plexihub.toml"
    settings.write_text(f'[plugins]\npolicy = "{policy}"\n')
    followed = command_here("plugin", "install", str(source), "--config", str(settings), data=data)
    assert followed.returncode == 0, followed.stderr
    assert "our service" in run("plugin", "explain", "clerk", "network:fetch")


def test_hub_does_not_start_with_a_policy_that_is_wrong(tmp_path: Path) -> None:
    """File and line are told, and no trace of the program's insides."""
    policy = tmp_path / "policy.toml"
    policy.write_text('[[rule]]\ndecision = "perhaps"\n')
    port = str(free_port())
    done = command("serve", "--policy", str(policy), "--port", port, data=tmp_path / "hub")
    assert done.returncode != 0
    assert f"{policy}:2" in done.stderr
    assert "Traceback" not in done.stderr
