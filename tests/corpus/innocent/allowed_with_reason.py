"""Reads arithmetic that people write, with names and calls taken out beforehand."""

import ast


def value(text):
    tree = ast.parse(text, mode="eval")
    return len(ast.dump(tree))
