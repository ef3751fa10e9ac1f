"""The package as people get it: the wheel, its dependencies, their versions and licences."""
