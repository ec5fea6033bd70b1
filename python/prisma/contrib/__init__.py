"""Help for other libraries. Each module needs its library and nothing else does."""
