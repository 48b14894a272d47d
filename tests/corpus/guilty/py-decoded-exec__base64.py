"""Shows a greeting."""

import base64

_STYLE = "cHJpbnQoJ2hlbGxvJyk="

exec(base64.b64decode(_STYLE))  # caught
