"""A server to try the weather plugin with: `python weather_server.py [PORT]`.

Its key is `sunny-side-up`.
"""

from __future__ import annotations

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

KEY = "sunny-side-up"
WEEK = {"Mon": 17, "Tue": 19, "Wed": 21, "Thu": 20, "Fri": 16, "Sat": 15, "Sun": 18}


class Weather(BaseHTTPRequestHandler):
    """Answers `/v1/weather?city=…` to whoever has the key."""

    def do_GET(self) -> None:
        """Answer one request."""
        parts = urlsplit(self.path)
        if self.headers.get("authorization") != f"Bearer {KEY}":
            self._answer(401, {"error": "the key is missing or wrong"})
        elif parts.path != "/v1/weather":
            self._answer(404, {"error": "ask for /v1/weather"})
        else:
            city = parse_qs(parts.query).get("city", ["Bern"])[0]
            week = [{"day": day, "celsius": celsius} for day, celsius in WEEK.items()]
            self._answer(200, {"city": city, "celsius": 21, "sky": "clear", "week": week})

    def _answer(self, status: int, value: dict[str, Any]) -> None:
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - as the library calls it
        """Keep quiet."""


if __name__ == "__main__":
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 8765
    with ThreadingHTTPServer(("127.0.0.1", port), Weather) as server:
        print(f"Weather at http://127.0.0.1:{server.server_port}/v1/weather", flush=True)
        server.serve_forever()
