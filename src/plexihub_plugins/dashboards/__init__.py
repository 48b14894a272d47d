"""Dashboards: pages of widgets, the hub's own and those of plugins."""
