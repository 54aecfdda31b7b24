"""What holds, in words: a folder per floor, and what crosses them."""
