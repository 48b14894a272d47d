"""The named signatures: what only an attack says, in text that is already decoded.

Upper and lower case are one, and so is each run of white space. A pattern asks for an attack's
grammar, not for its words: people's titles and names have `select` and `;` in them, too.
Every repetition is bounded, so that no text takes long.
"""

from __future__ import annotations

import re

_SHELL = (
    "cat|ls|whoami|uname|wget|curl|nc|ncat|bash|sh|zsh|rm|ping|python3?|perl|ruby|php|chmod|chown"
    "|sleep|touch|kill|env|printenv|ifconfig|nslookup|dig|tail|head"
)
SIGNATURES: dict[str, tuple[str, ...]] = {
    "splitting": (r"[\r\n] ?(?:set-cookie|location|content-(?:type|length)|x-[\w-]{1,30}|http/1)",),
    "sql": (
        r"\bunion (?:all |distinct )?\(?select\b",
        r"['\"`]\)? ?(?:or|and|\|\||&&) ?[('\"]{0,2}[\w ]{1,30}['\")]{0,2} ?(?:=|<|>|like\b|is\b)",
        r"\b(?:or|and|having|where) \(?(\d{1,9}) ?= ?\1\b",
        (
            r"; ?(?:drop (?:table|database|view|index|user)\b|delete from\b|insert into\b"
            r"|update \w{1,60} set\b|alter (?:table|user)\b|create (?:table|user|database)\b"
            r"|truncate table\b|exec(?:ute)?[ (]|shutdown\b|attach database\b|pragma \w"
            r"|select .{1,80}(?:\bfrom\b|\())"
        ),
        r"['\"]\)? ?;? ?(?:--[ +-]{0,3}$|/\*|#$)",
        (
            r"\b(?:sleep|benchmark|pg_sleep|load_file|load_extension|extractvalue|updatexml"
            r"|xp_cmdshell|randomblob|dbms_pipe\.receive_message) ?\("
        ),
        r"\bwaitfor delay\b",
        r"\b(?:information_schema|sqlite_master|sqlite_schema|pg_catalog|sysobjects)\b",
        r"\binto (?:out|dump)file\b",
        r"\d['\")]{0,2} order by \d{1,3}\b",
        (
            r"\bselect (?:\*|count\(|@@|\w{1,40}(?: ?, ?\w{1,40}){0,8}) from \w{1,60}"
            r"(?: where\b|--|;|\)|$)"
        ),
    ),
    "shell": (
        (
            rf"(?:[;|&`\n]|\$\() ?(?:{_SHELL})"
            r"(?:$|[;|&<>)`\n]| (?:[-/.$~*'\"<>|\d]|https?:|\w{1,60}\.\w))"
        ),
        r"(?:; |\|\| ?|&& ?|\$\(|`)id(?:$|[;|&)`])",
        r"\(\) ?\{.{0,20}\} ?;",
        r"/bin/(?:ba|da|z|k|c)?sh\b",
        r"\$\{?ifs\b",
        r"\b(?:powershell|cmd)(?:\.exe)? (?:/c|-e|-enc|-command|-nop)\b",
        r"/dev/tcp/",
    ),
    "template": (
        r"\{\{ ?[\d'\"(][^{}]{0,30}[*+-][^{}]{0,30}\}\}",
        (
            r"\{\{[^{}]{0,120}?(?:__|\bconfig\b|\bself\b|\brequest\b|constructor|\blipsum\b|\bimport\b)"
            r"[^{}]{0,120}?\}\}"
        ),
        r"\{%-? ?(?:if|for|import|include|set|extends|debug|raw|block|with)\b",
        r"\$\{ ?(?:jndi|env|sys|java|lower|upper|ctx|::-|\d)",
        r"[$#*@]\{[^{}]{0,30}?(?:\d ?[*+] ?\d|getruntime|getclass|t\(java)[^{}]{0,80}?\}",
        r"<%[=@]?.{1,80}?%>",
        r"__(?:class|globals|builtins|import|mro|subclasses|proto)__",
        r"#set ?\(\$",
    ),
    "lfi": (
        r"(?:^|[/\\])etc[/\\](?:passwd|shadow|group|hosts|sudoers|crontab|issue|ssh)\b",
        r"(?:^|[/\\])proc[/\\](?:self|\d{1,9})[/\\]",
        r"\b[cd]:[/\\]{1,2}(?:windows|winnt|users|inetpub|boot)\b",
        r"\b(?:win|boot)\.ini\b",
        r"\b(?:php|phar|zip|expect|file|gopher|dict|jar|glob|compress\.zlib)://",
        r"\bdata:(?:text|application)/[\w+-]{1,30};base64,",
        (
            r"(?:^|[/\\])\.(?:git|svn|hg|env|htaccess|htpasswd|ssh|aws|npmrc|netrc|bash_history)"
            r"(?:[/\\.]|$)"
        ),
        r"\bweb-inf[/\\]",
        r"\bid_(?:rsa|ed25519|ecdsa)\b",
        r"/var/log/\w",
    ),
    "markup": (
        r"<script\b",
        r"<[a-z]{1,20}\b[^>]{0,100}[\s/\"']on[a-z]{3,20} ?=",
        r"<(?:iframe|object|embed|base|meta)\b",
        r"(?:^|['\"= ])(?:java|vb)script:",
    ),
}
_COMPILED = {
    name: re.compile("|".join(f"(?:{one})" for one in patterns), re.IGNORECASE | re.DOTALL)
    for name, patterns in SIGNATURES.items()
    if name != "sql"
}
# Its patterns refer back to their own groups, so they stay apart.
_SQL = tuple(re.compile(one, re.IGNORECASE | re.DOTALL) for one in SIGNATURES["sql"])
_BLANKS = re.compile(r"[ \t\f\v]{2,}|[\t\f\v]")
_COMMENT = re.compile(r"/\*.{0,100}?\*/", re.DOTALL)
#: Without one of these there is nothing that a signature other than `lfi` could match.
_TELLING = re.compile(r"[^A-Za-z0-9/_~.=:,+-]|__")


def find_signature(text: str) -> str:
    """Name the first signature that a text has; empty where it has none."""
    if not _TELLING.search(text):
        return "lfi" if _COMPILED["lfi"].search(text) else ""
    plain = _BLANKS.sub(" ", text)
    if _COMPILED["splitting"].search(plain):
        return "splitting"
    forms = (plain, _COMMENT.sub(" ", plain)) if "/*" in plain else (plain,)
    if any(one.search(form) for form in forms for one in _SQL):
        return "sql"
    return next((name for name, one in _COMPILED.items() if one.search(plain)), "")
