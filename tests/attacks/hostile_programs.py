"""What programs in Deno try on the machine, what they are told, and by which layers."""

from __future__ import annotations

#: What a Deno with every permission of its own tries, and what it is told.
PROGRAMS: dict[str, tuple[str, object]] = {
    "reading the hub's file": ("Deno.readTextFileSync(FILE)", "NotFound"),
    "writing the hub's file": ("Deno.writeTextFileSync(FILE, 'owned')", "NotFound"),
    "listing the hub's folder": ("[...Deno.readDirSync(FOLDER)]", "NotFound"),
    "going up from its own folder": (
        "Deno.readTextFileSync(OWN + '/../hub/canary.txt')",
        "NotFound",
    ),
    "writing into its own folder": ("Deno.writeTextFileSync(OWN + '/new', 'owned')", "error"),
    "writing over its own code": ("Deno.writeTextFileSync(OWN + '/attack.ts', 'owned')", "error"),
    "deleting its own code": ("Deno.removeSync(OWN + '/attack.ts')", "error"),
    "making a folder at the root": ("Deno.mkdirSync('/new')", "error"),
    "a symbolic link to the hub's file": ("Deno.symlinkSync(FILE, CACHE + '/link')", "error"),
    "connecting to loopback": (
        "await Deno.connect({ hostname: '127.0.0.1', port: PORT })",
        "PermissionDenied",
    ),
    "listening": ("Deno.listen({ hostname: '127.0.0.1', port: 0 })", "PermissionDenied"),
    "connecting to a Unix socket": (
        "await Deno.connect({ transport: 'unix', path: '\\0' + ABSTRACT })",
        "error",
    ),
    "looking a name up": ("await Deno.resolveDns('localhost', 'A')", "error"),
    "fetching": ("await fetch(`http://127.0.0.1:${PORT}/`)", "error"),
    "running a program": ("new Deno.Command('/bin/sh').outputSync()", "error"),
    "running itself": ("new Deno.Command(DENO, { args: ['-V'] }).outputSync()", "error"),
    "signalling the hub": ("Deno.kill(HUB, 'SIGUSR1')", "error"),
    "reading the process table": ("[...Deno.readDirSync('/proc')]", "NotFound"),
    "reading its parent's environment": ("Deno.readTextFileSync('/proc/1/environ')", "NotFound"),
    "reading its memory map": ("Deno.readTextFileSync('/proc/self/maps')", "NotFound"),
    "reading the system's files": ("Deno.readTextFileSync('/etc/passwd')", "NotFound"),
    "reading devices": ("Deno.readFileSync('/dev/kmsg')", "NotFound"),
    "loading a foreign shared object": (
        (
            "Deno.copyFileSync(LIBM, CACHE + '/foreign.so');"
            "Deno.dlopen(CACHE + '/foreign.so', { cos: { parameters: ['f64'], result: 'f64' } })"
        ),
        "error",
    ),
    "the hub's environment": ("JSON.stringify(Object.keys(Deno.env.toObject()).sort())", "value"),
}

#: Layers any of which refuses a program, where it is not for want of files.
HELD_BY = {
    "a symbolic link to the hub's file": "seccomp",
    "connecting to loopback": "network seccomp",
    "listening": "seccomp",
    "connecting to a Unix socket": "network seccomp",
    "fetching": "network seccomp",
    "running a program": "root seccomp",
    "running itself": "seccomp",
    "signalling the hub": "pid seccomp",
    "loading a foreign shared object": "root",
    "the hub's environment": "environment",
}
