"""How fast ablasim is, beside other finite-element codes and beside what the memory allows: see README.md."""
