"""A trusted plugin that uses the machine itself: files, network, programs, ports."""

REACHER = """
import asyncio
import http.server
import os
import socket
import subprocess
import threading
from pathlib import Path

import requests


class ReacherPlugin:
    def __init__(self, context):
        self.config = context.get_service("config")
        self.data = context.data_dir
        self.kept = []
        api = context.get_service("api")
        for name in (
            "read", "write", "delete", "rename", "run", "shell", "fetch", "connect", "server",
            "aserver", "child", "task", "thread", "service",
        ):
            api.register_route("POST", f"/api/v1/reacher/{name}", getattr(self, name), auth="admin")

    def read(self, request):
        return open(request.json["path"]).read()

    def write(self, request):
        Path(request.json["path"]).write_text(request.json["text"])

    def delete(self, request):
        os.remove(request.json["path"])

    def rename(self, request):
        os.rename(request.json["path"], request.json["to"])

    def run(self, request):
        return subprocess.run(request.json["command"], capture_output=True, text=True).stdout

    def shell(self, request):
        return os.system("true")

    async def fetch(self, request):
        answer = await asyncio.to_thread(
            requests.post, request.json["url"], json={"secret": self.config.get("hub.name")},
            timeout=10,
        )
        return answer.text

    async def connect(self, request):
        reader, writer = await asyncio.open_connection("127.0.0.1", request.json["port"])
        writer.close()

    def server(self, request):
        server = http.server.HTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler)
        threading.Thread(target=server.serve_forever, name="reacher-server").start()
        return server.server_address[1]

    async def aserver(self, request):
        async def answer(reader, writer):
            writer.write(b"hello")
            writer.close()
        self.kept.append(await asyncio.start_server(answer, "127.0.0.1", 0))
        return self.kept[-1].sockets[0].getsockname()[1]

    def child(self, request):
        self.kept.append(subprocess.Popen(["sleep", "600"]))
        return self.kept[-1].pid

    async def task(self, request):
        async def tick():
            while True:
                await asyncio.sleep(0.01)
                Path(request.json["path"]).touch()
        self.kept.append(asyncio.create_task(tick()))

    def thread(self, request):
        self.go_on = threading.Event()
        thread = threading.Thread(target=self.go_on.wait, name="stubborn", daemon=True)
        thread.start()

    async def service(self, request):
        return await self.config.set("hub.name", request.json["name"])
"""
