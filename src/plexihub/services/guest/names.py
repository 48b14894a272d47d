"""What names in requests of sandboxed plugins look like."""

from typing import Annotated

import msgspec

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=100, pattern=r"^[A-Za-z0-9][\w.:-]*\Z")]
Title = Annotated[str, msgspec.Meta(max_length=100)]
