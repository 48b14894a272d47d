"""Texts for people who set it up."""

HELP = "Put your key here: password = 'change-me-please-1234'"
TOKEN_NAME = "X-Auth-Token"
api_key = "YOUR-API-KEY-GOES-HERE-42"
