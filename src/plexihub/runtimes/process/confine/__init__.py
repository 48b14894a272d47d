"""What holds a guest, layer by layer; standard library only, usable without the rest of the hub."""
