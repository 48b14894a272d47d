"""Numbers of the system calls that a filter names, for each architecture that is known.

A call that an architecture does not have is left out of its filters.
"""

from __future__ import annotations

import platform
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

#: Each entry is `name=x86-64/aarch64`; the second column is that of every newer architecture.
_TABLE = """
    read=0/63 write=1/64 readv=19/65 writev=20/66 pread64=17/67 pwrite64=18/68 close=3/57
    fstat=5/80 newfstatat=262/79 lseek=8/62 mmap=9/222 mprotect=10/226 munmap=11/215
    mremap=25/216 madvise=28/233 brk=12/214 rt_sigaction=13/134 rt_sigprocmask=14/135
    rt_sigreturn=15/139 rt_sigtimedwait=128/137 rt_sigsuspend=130/133 sigaltstack=131/132
    futex=202/98 futex_waitv=449/449 clock_gettime=228/113 clock_getres=229/114
    clock_nanosleep=230/115 gettimeofday=96/169 nanosleep=35/101 time=201/ times=100/153
    getrusage=98/165 epoll_create=213/ epoll_create1=291/20 epoll_ctl=233/21 epoll_wait=232/
    epoll_pwait=281/22 epoll_pwait2=441/441 poll=7/ ppoll=271/73 select=23/ pselect6=270/72
    eventfd2=290/19 eventfd=284/ timerfd_create=283/85 timerfd_settime=286/86
    timerfd_gettime=287/87 pipe=22/ pipe2=293/59 socketpair=53/199 socket=41/198 connect=42/203
    bind=49/200 listen=50/201 accept=43/202 accept4=288/242 sendto=44/206 recvfrom=45/207
    sendmsg=46/211 recvmsg=47/212 sendmmsg=307/269 recvmmsg=299/243 getsockopt=55/209
    setsockopt=54/208 shutdown=48/210 getsockname=51/204 getpeername=52/205 fcntl=72/25
    ioctl=16/29 dup=32/23 dup2=33/ dup3=292/24 getpid=39/172 getppid=110/173 gettid=186/178
    getuid=102/174 geteuid=107/175 getgid=104/176 getegid=108/177 getgroups=115/158 getpgrp=111/
    getpgid=121/155 getsid=124/156 getresuid=118/148 getresgid=120/150 getrandom=318/278
    exit=60/93 exit_group=231/94 sched_yield=24/124 sched_getaffinity=204/123
    sched_setaffinity=203/122 sched_getparam=143/121 sched_getscheduler=145/120
    sched_setscheduler=144/119 sched_get_priority_max=146/125 sched_get_priority_min=147/126
    getpriority=140/141 setpriority=141/140 clone=56/220 clone3=435/435 fork=57/ vfork=58/
    execve=59/221 execveat=322/281 wait4=61/260 waitid=247/95 set_robust_list=273/99
    get_robust_list=274/100 rseq=334/293 set_tid_address=218/96 restart_syscall=219/128
    uname=63/160 sysinfo=99/179 kill=62/129 tkill=200/130 tgkill=234/131 rt_sigqueueinfo=129/138
    rt_tgsigqueueinfo=297/240 pidfd_open=434/434 pidfd_send_signal=424/424 pidfd_getfd=438/438
    prctl=157/167 arch_prctl=158/ prlimit64=302/261 getrlimit=97/163 setrlimit=160/164
    membarrier=324/283 openat=257/56 open=2/ openat2=437/437 creat=85/ stat=4/ lstat=6/
    statx=332/291 access=21/ faccessat=269/48 faccessat2=439/439 readlink=89/ readlinkat=267/78
    getcwd=79/17 chdir=80/49 fchdir=81/50 getdents64=217/61 getdents=78/ statfs=137/43
    fstatfs=138/44 mkdir=83/ mkdirat=258/34 unlink=87/ unlinkat=263/35 rmdir=84/ rename=82/
    renameat=264/38 renameat2=316/276 symlink=88/ symlinkat=266/36 link=86/ linkat=265/37
    mknod=133/ mknodat=259/33 ftruncate=77/46 truncate=76/45 fallocate=285/47 fsync=74/82
    fdatasync=75/83 flock=73/32 chmod=90/ fchmod=91/52 fchmodat=268/53 fchmodat2=452/452
    chown=92/ fchown=93/55 fchownat=260/54 lchown=94/ utimensat=280/88 umask=95/166
    fadvise64=221/223 copy_file_range=326/285 sendfile=40/71 splice=275/76 tee=276/77
    vmsplice=278/75 msync=26/227 mincore=27/232 mlock=149/228 mlock2=325/284 munlock=150/229
    mlockall=151/230 munlockall=152/231 sync=162/81 syncfs=306/267 pkey_alloc=330/289
    pkey_free=331/290 pkey_mprotect=329/288 memfd_create=319/279 memfd_secret=447/
    process_madvise=440/440 ptrace=101/117 process_vm_readv=310/270 process_vm_writev=311/271
    kcmp=312/272 bpf=321/280 perf_event_open=298/241 userfaultfd=323/282 io_uring_setup=425/425
    io_uring_enter=426/426 io_uring_register=427/427 keyctl=250/219 add_key=248/217
    request_key=249/218 init_module=175/105 finit_module=313/273 delete_module=176/106
    kexec_load=246/104 kexec_file_load=320/294 mount=165/40 umount2=166/39 pivot_root=155/41
    chroot=161/51 setns=308/268 unshare=272/97 fsopen=430/430 fsconfig=431/431 fsmount=432/432
    fspick=433/433 open_tree=428/428 move_mount=429/429 mount_setattr=442/442 statmount=457/457
    listmount=458/458 open_tree_attr=467/467 swapon=167/224 swapoff=168/225 reboot=169/142
    settimeofday=164/170 clock_settime=227/112 clock_adjtime=305/266 adjtimex=159/171
    sethostname=170/161 setdomainname=171/162 quotactl=179/60 quotactl_fd=443/443 acct=163/89
    syslog=103/116 vhangup=153/58 name_to_handle_at=303/264 open_by_handle_at=304/265
    personality=135/92 ioperm=173/ iopl=172/ modify_ldt=154/ move_pages=279/239
    migrate_pages=256/238 mbind=237/235 set_mempolicy=238/237 get_mempolicy=239/236
    lookup_dcookie=212/18 fanotify_init=300/262 fanotify_mark=301/263 inotify_init1=294/26
    inotify_add_watch=254/27 setuid=105/146 setgid=106/144 setreuid=113/145 setregid=114/143
    setresuid=117/147 setresgid=119/149 setgroups=116/159 setfsuid=122/151 setfsgid=123/152
    capset=126/91 capget=125/90 setsid=112/157 setpgid=109/154 shmget=29/194 shmat=30/196
    shmctl=31/195 semget=64/190 msgget=68/186 mq_open=240/180 io_setup=206/0 io_submit=209/2
    ioprio_set=251/30 seccomp=317/277 landlock_create_ruleset=444/444 landlock_add_rule=445/445
    landlock_restrict_self=446/446 close_range=436/436 cachestat=451/451
    map_shadow_stack=453/453 mseal=462/462 futex_wake=454/454 futex_wait=455/455
    futex_requeue=456/456 lsm_set_self_attr=460/460 timer_create=222/107 signalfd4=289/74
    setxattr=188/5 getxattr=191/8 remap_file_pages=216/234 uselib=134/ nfsservctl=180/42
    vserver=236/ process_mrelease=448/448
"""

_EM_64BIT_LITTLE = 0xC0000000


@dataclass(frozen=True, slots=True)
class Architecture:
    """One machine's interface.

    Args:
        audit: `AUDIT_ARCH_…`: what a filter finds in the structure that it reads.
        numbers: Name to number.
    """

    audit: int
    numbers: Mapping[str, int]


_KNOWN = {"x86_64": (0, 62), "aarch64": (1, 183)}  # column of the table, ELF machine


def architecture(machine: str = "") -> Architecture:
    """Answer the interface of a machine.

    Args:
        machine: As `uname -m` says it; empty for this one.

    Raises:
        OSError: The machine is not known, or this program is not of 64 bits.
    """
    return _read(machine or platform.machine())


@cache
def _read(machine: str) -> Architecture:
    if machine not in _KNOWN:
        raise OSError(f"the system calls of {machine} are not known; x86_64 and aarch64 are")
    column, elf = _KNOWN[machine]
    numbers = {}
    for entry in _TABLE.split():
        name, _, both = entry.partition("=")
        if found := both.split("/")[column]:
            numbers[name] = int(found)
    return Architecture(_EM_64BIT_LITTLE | elf, numbers)


def number(name: str) -> int:
    """Answer the number of a call on this machine.

    Raises:
        OSError: The machine is not known.
    """
    return architecture().numbers[name]
