"""What people do in the chat: each action runs its hook, then one unit of work.

The hook runs before the unit of work, because a plugin may take its time and only one writer holds
the database. Inside, everything that counts is read again under that one write lock.
"""

from .channel_action import ChannelActions
from .message_action import MessageActions
from .reaction_action import ReactionActions
from .seat_action import SeatActions

__all__ = ("Actions",)


class Actions(ChannelActions, MessageActions, ReactionActions, SeatActions):
    """Everything that people do in the chat; for other trusted plugins to call, too."""
