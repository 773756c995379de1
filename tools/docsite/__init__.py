"""What the pages of the documentation are made of: each module writes a page from what the package itself says."""
