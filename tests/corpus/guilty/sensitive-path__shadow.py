NAMES = ["/etc/hostname", "/etc/shadow"]  # caught
