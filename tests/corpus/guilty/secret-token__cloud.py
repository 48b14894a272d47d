CLIENT = {"region": "eu-central-1", "key": "AKIAQ3WJ5RZT7NVB2KXD"}  # caught
