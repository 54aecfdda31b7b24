"""One file for each layout: `draw(sheet, paper)` and what of a certificate it states."""
