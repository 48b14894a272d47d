def line(count: int) -> str:
    return f"{count} sign-ins" if count != 1 else "one sign-in"
