"""What is true in the domain: pure functions of values and `now`, a value or a Problem out."""
