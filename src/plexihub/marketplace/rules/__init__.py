"""What a package is judged by, one rule a file: the same for author, installer and marketplace."""
