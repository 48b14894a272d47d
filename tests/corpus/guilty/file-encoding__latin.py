NAME = "Müller"
