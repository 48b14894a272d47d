"""The published catalogue: every hook and event of the core, one module for each part of the hub.

The reference page, the JSON Schemas and the TypeScript types are generated from it.
"""
