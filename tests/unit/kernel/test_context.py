"""Who acts, for whom, until when."""

from plexihub.kernel.context import (
    OPERATOR,
    Actor,
    CallContext,
    acting,
    as_plugin,
    current,
    entered,
    owner,
)
from plexihub_sdk.ids import PluginId, UserId

ADA = CallContext(actor=Actor("user", "u1", "ada"), rights=frozenset({"data:read"}))


def test_default_context_is_the_cores_without_rights() -> None:
    """Where no door set a context, the core acts and nobody's rights are lent out."""
    assert (current().actor.kind, current().rights, acting().actor.kind) == (
        "core",
        frozenset(),
        "core",
    )


def test_plugin_acts_for_the_person_who_began() -> None:
    """Journey, deadline and rights stay the person's when a plugin takes a step, or two."""
    once = as_plugin(ADA, PluginId("notes"))
    twice = as_plugin(once, PluginId("other"))
    assert (once.actor.id, once.on_behalf_of, once.trace) == ("notes", UserId("u1"), ADA.trace)
    assert (twice.on_behalf_of, twice.rights, twice.deadline) == ("u1", ADA.rights, ADA.deadline)


def test_acting_names_the_plugin_whose_code_runs() -> None:
    """What plugin code does through a live service stands under the plugin's name."""
    token = owner.set(PluginId("notes"))
    with entered(ADA):
        ctx = acting()
    owner.reset(token)
    assert (ctx.actor, ctx.on_behalf_of) == (Actor("plugin", "notes", "notes"), "u1")


def test_deadline_only_shrinks() -> None:
    """A step may have less time than its journey, never more."""
    short = ADA.within(0)
    assert (short.remaining(), short.within(60).deadline) == (0.0, short.deadline)
    assert ADA.acting_as(OPERATOR).trace == ADA.trace


def test_plugin_keeps_its_name_within_its_own_step() -> None:
    """Who acts is called the same in every record of one journey."""
    named = as_plugin(CallContext(), PluginId("team-pulse"), "Team Pulse")
    assert as_plugin(named, PluginId("team-pulse")).actor.name == "Team Pulse"
    assert as_plugin(named, PluginId("other")).actor.name == "other"
