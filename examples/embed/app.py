"""Somebody else's application that gains plugins by mounting the hub."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Mount, Route

from plexihub.app import Hub, HubOptions

hub = Hub(HubOptions(data=Path("embed-data"), builtin=()))  # no chat, no dashboards


async def home(_request: Request) -> JSONResponse:
    """Let plugins add to a page of this application's own."""
    page = {"userId": "", "dashboardId": "home", "customWidgets": []}
    return JSONResponse((await hub.ask("dashboard.loading", page, role="member"))["customWidgets"])


@asynccontextmanager
async def lifespan(_app: Starlette) -> AsyncIterator[None]:
    """Run the hub as long as the application runs."""
    async with hub:
        yield


app = Starlette(routes=[Route("/", home), Mount("/hub", hub.asgi)], lifespan=lifespan)
