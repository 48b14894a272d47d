"""What a package's licence is, by the words of its file."""

from __future__ import annotations

import re

from plexihub.marketplace.rules.bundle import File, Package

#: The identifier (SPDX) to words that no other licence has.
_WORDS: tuple[tuple[str, str], ...] = (
    ("AGPL-3.0-only", "gnu affero general public license"),
    ("LGPL-3.0-only", "gnu lesser general public license"),
    ("GPL-3.0-only", "gnu general public license version 3"),
    ("GPL-2.0-only", "gnu general public license version 2"),
    ("Apache-2.0", "apache license version 2.0"),
    ("MPL-2.0", "mozilla public license version 2.0"),
    ("EUPL-1.2", "european union public licence"),
    ("BSD-3-Clause", "neither the name of"),
    ("BSD-2-Clause", "redistributions in binary form must reproduce"),
    ("ISC", "permission to use, copy, modify, and/or distribute this software for any purpose"),
    ("0BSD", "permission to use, copy, modify, and/or distribute this software"),
    ("MIT", "permission is hereby granted, free of charge, to any person obtaining"),
    ("Unlicense", "this is free and unencumbered software released into the public domain"),
    ("CC0-1.0", "cc0 1.0 universal"),
    ("BSL-1.0", "boost software license"),
    ("Zlib", "this software is provided 'as-is', without any express or implied warranty"),
)
_TAG = re.compile(r"SPDX-License-Identifier:\s*([\w.+() -]+)")


def file_of(package: Package) -> File | None:
    """Find the file that holds the licence."""
    return package.named("license", "licence", "copying", "unlicense")


def told_by(file: File) -> str:
    """Answer the identifier that a licence's text says; empty where it is none that is known."""
    text = file.text or ""
    if found := _TAG.search(text):
        return found[1].strip()
    flat = " ".join(text.lower().replace(",", ", ").split()).replace(" ,", ",")
    loose = flat.replace(", version", " version")
    return next((name for name, words in _WORDS if words in flat or words in loose), "")
