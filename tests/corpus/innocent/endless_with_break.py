def first_free(taken):
    number = 0
    while True:
        if number not in taken:
            return number
        number += 1
