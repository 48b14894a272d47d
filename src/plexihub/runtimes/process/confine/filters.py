"""Which system calls a guest may make, for each runtime; everything that is not named is refused.

Four answers: allowed, allowed with certain arguments, refused with an error number, or the end of
the process for what no guest of ours ever tries.
"""

from __future__ import annotations

import errno
from functools import lru_cache

from plexihub.runtimes.process.confine.bpf import ALLOW, KILL, Arg, When, assemble, refuse
from plexihub.runtimes.process.confine.syscalls import architecture

_COMMON = """
    read write futex epoll_wait epoll_pwait clock_gettime madvise recvfrom sendto mmap mprotect
    munmap mremap brk close fstat readv writev lseek poll ppoll
    rt_sigaction rt_sigprocmask rt_sigreturn rt_sigtimedwait rt_sigsuspend sigaltstack
    restart_syscall futex_waitv clock_getres clock_nanosleep nanosleep gettimeofday time times
    getrusage epoll_create epoll_create1 epoll_ctl epoll_pwait2 select pselect6 eventfd eventfd2
    timerfd_create timerfd_settime timerfd_gettime pipe pipe2 getsockopt shutdown getsockname
    getpeername dup dup2 dup3 getpid getppid gettid getuid geteuid getgid getegid getresuid
    getresgid getgroups getrandom exit exit_group sched_yield sched_getaffinity sched_getparam
    sched_getscheduler sched_get_priority_max sched_get_priority_min set_robust_list rseq
    set_tid_address uname sysinfo membarrier mincore
"""
#: Deno reads its modules and the plugin's, and keeps a cache in a small file system of its own.
_FILES = """
    openat open stat lstat statx newfstatat access faccessat readlink readlinkat getcwd getdents64
    pread64 pwrite64 mkdir mkdirat unlink unlinkat rmdir rename renameat renameat2 ftruncate
    fallocate fsync fdatasync flock umask fadvise64 statfs fstatfs msync fchmod chmod fchown
    chdir
"""
#: What exists, but newer than this list: libraries then take the older way.
_UNKNOWN = """
    clone3 openat2 faccessat2 fchmodat2 close_range pidfd_open cachestat map_shadow_stack mseal
    futex_wake futex_wait futex_requeue process_madvise memfd_secret landlock_create_ruleset
    signalfd4 pkey_alloc
"""
#: Never made by a runtime; whoever makes one is ended. Each has been a way out somewhere.
_DEADLY = """
    ptrace process_vm_readv process_vm_writev kcmp bpf perf_event_open userfaultfd io_uring_setup
    io_uring_enter io_uring_register keyctl add_key request_key init_module finit_module
    delete_module kexec_load kexec_file_load mount umount2 pivot_root chroot setns unshare fsopen
    fsconfig fsmount fspick open_tree move_mount mount_setattr open_tree_attr swapon swapoff reboot
    settimeofday clock_settime clock_adjtime adjtimex sethostname setdomainname quotactl
    quotactl_fd acct syslog vhangup name_to_handle_at open_by_handle_at personality ioperm iopl
    modify_ldt move_pages migrate_pages remap_file_pages lookup_dcookie fanotify_init
    fanotify_mark pidfd_getfd fork vfork execve uselib nfsservctl seccomp lsm_set_self_attr
    process_mrelease
"""

_PR_SET_NAME, _PR_GET_NAME = 15, 16
_F_DUPFD, _F_GETFD, _F_SETFD, _F_GETFL, _F_SETFL = range(5)
_F_GETLK, _F_SETLK, _F_SETLKW = 5, 6, 7
_F_DUPFD_CLOEXEC = 1030
_FIONREAD, _FIONBIO, _FIONCLEX, _FIOCLEX = 0x541B, 0x5421, 0x5450, 0x5451
#: What glibc and musl ask of `clone` for a thread: it shares everything with its process.
_THREAD = 0x3D0F00
_PROT_EXEC = 4
#: Memory that the limit on data does not count: shared without a file, and what grows like a stack.
_MAP_SHARED, _MAP_ANONYMOUS, _MAP_GROWSDOWN = 0x01, 0x20, 0x100
_SOCK_TYPE, _SOCK_STREAM, _AF_UNIX = 0xF, 1, 1
_EPERM = refuse(errno.EPERM)

EXEC_DESCRIPTOR = 4
"""The descriptor under which a program is run, once, before the guest's first byte."""


def _one_of(index: int, *values: int) -> When:
    return When(tuple((Arg(index, value),) for value in values), _EPERM)


def _own(pid: int) -> When:
    return When(((Arg(0, pid),),), _EPERM)


def _conditions(pid: int) -> dict[str, When]:
    """What both runtimes may do with certain arguments only."""
    # Compared as a whole: with any other flag it would be a process, or a new namespace.
    thread = Arg(0, _THREAD, 0xFFFFFFFF_FFFFFFFF)
    return {
        "clone": When(((thread,),), _EPERM),
        "prctl": _one_of(0, _PR_SET_NAME, _PR_GET_NAME),
        "ioctl": When(
            tuple((Arg(1, each),) for each in (_FIONREAD, _FIONBIO, _FIONCLEX, _FIOCLEX)),
            refuse(errno.ENOTTY),
        ),
        "fcntl": _one_of(1, _F_DUPFD, _F_GETFD, _F_SETFD, _F_GETFL, _F_SETFL, _F_DUPFD_CLOEXEC),
        "kill": _own(pid),
        "tgkill": _own(pid),
        # Reading a limit, never setting one, and of this process only.
        "prlimit64": When(((Arg(0, 0), Arg(2, 0, 0xFFFFFFFF_FFFFFFFF)),), _EPERM),
        # Of datagrams each could be sent to another address than the pair's own.
        "socketpair": When(((Arg(0, _AF_UNIX), Arg(1, _SOCK_STREAM, _SOCK_TYPE)),), _EPERM),
    }


def _without_code(pid: int) -> dict[str, When]:
    no_exec = Arg(2, 0, _PROT_EXEC)
    own = Arg(3, 0, _MAP_SHARED | _MAP_GROWSDOWN)
    return {
        **_conditions(pid),
        "mmap": When(((no_exec, own),), _EPERM),
        "mprotect": When(((no_exec,),), _EPERM),
    }


def _with_files(pid: int) -> dict[str, When]:
    conditions = _conditions(pid)
    fcntl = conditions["fcntl"].alternatives
    locks = tuple((Arg(1, each),) for each in (_F_GETLK, _F_SETLK, _F_SETLKW))
    # Once Deno runs, the descriptor of its program is closed: a second time there is nothing.
    program = (Arg(0, EXEC_DESCRIPTOR), Arg(4, 0x1000))
    return {
        **conditions,
        "fcntl": When((*fcntl, *locks), _EPERM),
        "execveat": When((program,), KILL),
        "mmap": When(
            (
                (Arg(3, 0, _MAP_SHARED | _MAP_GROWSDOWN),),
                (Arg(3, 0, _MAP_ANONYMOUS | _MAP_GROWSDOWN),),
            ),
            _EPERM,
        ),
        # The thread pointer (1 to 4); not what makes a processor do without its protections.
        "arch_prctl": _one_of(0, 0x1002),
    }


@lru_cache(maxsize=8)
def program(kind: str, pid: int, machine: str = "") -> bytes:
    """Build the filter of a runtime.

    Args:
        kind: `python` or `deno`.
        pid: Number of the process, as it sees itself: the only one it may signal.
        machine: As `uname -m` says it; empty for this one.

    Raises:
        OSError: This machine's system calls are not known.
        KeyError: There is no such runtime.
    """
    allowed, conditions = {
        "python": (_COMMON, _without_code(pid)),
        "deno": (_COMMON + _FILES, _with_files(pid)),
    }[kind]
    rules: dict[str, int | When] = {}
    rules.update(dict.fromkeys(allowed.split(), ALLOW))
    rules.update(conditions)
    for names, action in ((_DEADLY, KILL), (_UNKNOWN, refuse(errno.ENOSYS))):
        rules.update((name, action) for name in names.split() if name not in rules)
    if "execveat" not in rules:
        rules["execveat"] = KILL
    known = architecture(machine)
    numbered = {known.numbers[name]: rule for name, rule in rules.items() if name in known.numbers}
    return assemble(known.audit, numbered, _EPERM)
