"""What is written from the commands: completions, man pages and the reference."""
