"""The services do the work: database, users, interface, and the web door in front of them."""
