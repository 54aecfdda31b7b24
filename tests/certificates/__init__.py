"""Certificates that we draw ourselves, each with all that it says: what reading is measured on."""
