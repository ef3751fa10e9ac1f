"""The nouns of the desk by topic: frozen records shared by rules, storage, wire and screen."""
