"""What others see of a person."""

from plexihub.services.users.public import HUES, avatar_hue, distinct_id


def test_people_of_a_team_get_colours_apart() -> None:
    """Each new person's colour keeps clear of those before; chance alone gives no such room."""
    team: list[str] = []
    for _ in range(5):
        team.append(distinct_id(team))
    hues = sorted(avatar_hue(one) for one in team)
    gaps = [right - left for left, right in zip(hues, [*hues[1:], hues[0] + HUES], strict=True)]
    assert min(gaps) >= 12, hues
