"""What somebody who runs a machine can do about a layer of the sandbox that does not hold there."""

from __future__ import annotations

_NAMESPACES = (
    "Allow user namespaces: sysctl user.max_user_namespaces=15000, on Debian also"
    " kernel.unprivileged_userns_clone=1, on Ubuntu kernel.apparmor_restrict_unprivileged_userns=0."
    " In a container, let its system call filter pass unshare and mount, or run the hub outside."
)
_REMEDIES = {
    "user": _NAMESPACES,
    "pid": _NAMESPACES,
    "network": _NAMESPACES,
    "ipc": _NAMESPACES,
    "uts": _NAMESPACES,
    "cgroup": _NAMESPACES,
    "root": _NAMESPACES,
    "uid": "For a user of its own each, plugins need a hub that is started as root; the other"
    " layers do not need that.",
    "landlock": "Use Linux 5.13 or newer (6.12 has all of it) with landlock among those that"
    " /sys/kernel/security/lsm lists; in a container, let its system call filter pass landlock_*.",
    "seccomp": "Use a Linux kernel with system call filters (CONFIG_SECCOMP_FILTER), on x86-64 or"
    " 64-bit ARM.",
    "descriptors": "Use Linux 5.9 or newer.",
    "rlimits": "Raise the hard limits of the hub's user (ulimit -H -a shows them).",
}
_ELSE = "Use a current Linux on x86-64 or 64-bit ARM."


def remedy(layer: str) -> str:
    """Say what gives a machine this layer."""
    return _REMEDIES.get(layer, _ELSE)
