"""Where a run's settings come from: flag, else environment, else profile, else default.

The configuration file is read only where nothing before it decides: reading TOML costs as much as
starting two bare interpreters.
"""

import os
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from .codec import decode
from .models.record import Record
from .problems import InvalidValue

DEFAULT_PROFILE = "default"


class Profile(Record, frozen=True, forbid_unknown_fields=True):
    """One place where a desk is, and whom to act as there."""

    database: str | None = None
    server: str | None = None
    act_as: str | None = None
    region: str | None = None
    timezone: str | None = None


class Configuration(Record, frozen=True, forbid_unknown_fields=True):
    """The file: its profiles and which one is used."""

    current: str = DEFAULT_PROFILE
    profiles: dict[str, Profile] = {}


class Settings:
    """What flags and environment say about this run; an empty variable counts as unset."""

    def __init__(
        self, environ: Mapping[str, str], profile: str | None = None, act_as: str | None = None
    ) -> None:
        self._environ = environ
        self._flag_profile = profile
        self._flag_as = act_as
        self.named_as = act_as is not None  # by flag, not by environment or profile
        if self.variable("PSCLI_DB") and self.variable("PSCLI_SERVER"):
            raise InvalidValue("PSCLI_DB and PSCLI_SERVER are both set.", hint="Unset one of them.")

    def variable(self, name: str) -> str | None:
        """An environment variable; None where it is unset or empty."""
        return self._environ.get(name) or None

    @cached_property
    def configuration(self) -> Configuration:
        """The configuration file; an absent one is empty."""
        return read_configuration(config_file(self._environ))

    @cached_property
    def profile_name(self) -> str:
        """The profile of this run."""
        return self._flag_profile or self.variable("PSCLI_PROFILE") or self.configuration.current

    @cached_property
    def profile(self) -> Profile:
        """The settings of the profile; raises InvalidValue where a named one is not there."""
        found = self.configuration.profiles.get(self.profile_name)
        if found is None:
            if self._flag_profile or self.variable("PSCLI_PROFILE"):
                known = ", ".join(self.configuration.profiles) or "none yet"
                raise InvalidValue(
                    f"There is no profile {self.profile_name}.",
                    hint=f"Known: {known}. Make one: pscli profile set NAME KEY=VALUE",
                    field="profile",
                )
            return Profile()
        return found

    @property
    def server(self) -> str | None:
        """The server's address, where this run uses one."""
        if self.variable("PSCLI_DB"):
            return None
        return self.variable("PSCLI_SERVER") or self.profile.server

    @property
    def database(self) -> str:
        """The file or postgresql:// address of the desk."""
        named = self.variable("PSCLI_DB") or self.profile.database
        return named or str(data_folder(self._environ) / "desk.db")

    @property
    def act_as(self) -> str | None:
        """Whom to act as on a local desk."""
        return self._flag_as or self.variable("PSCLI_AS") or self.profile.act_as

    @property
    def now(self) -> str | None:
        """The made-up clock of a rehearsal."""
        return self.variable("PSCLI_NOW")


def without_password(place: str) -> str:
    """A path or address as it may be shown and kept; passwords belong in PGPASSWORD or .pgpass."""
    scheme, separator, rest = place.partition("://")
    login, at, host = rest.rpartition("@")
    return f"{scheme}{separator}{login.partition(':')[0]}{at}{host}" if separator else place


def config_file(environ: Mapping[str, str]) -> Path:
    """Where the configuration is."""
    if folder := environ.get("PSCLI_CONFIG_DIR"):
        return Path(folder) / "config.toml"
    import platformdirs

    return Path(platformdirs.user_config_dir("pscli")) / "config.toml"


def data_folder(environ: Mapping[str, str]) -> Path:
    """Where the default desk is."""
    if folder := environ.get("PSCLI_CONFIG_DIR"):
        return Path(folder)
    import platformdirs

    return Path(platformdirs.user_data_dir("pscli"))


def state_folder(environ: Mapping[str, str]) -> Path:
    """Where drafts and defect reports are kept."""
    if folder := environ.get("PSCLI_CONFIG_DIR"):
        return Path(folder)
    import platformdirs

    return Path(platformdirs.user_state_dir("pscli"))


def read_configuration(path: Path) -> Configuration:
    """The configuration in a file; raises InvalidValue naming the place and the reason."""
    import tomllib

    try:
        plain: dict[str, Any] = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return Configuration()
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidValue(
            f"{path} is not valid TOML: {error}.", hint="Mend it, or move it away."
        ) from error
    except OSError as error:
        raise InvalidValue(f"{path} cannot be read: {error.strerror}.") from error
    try:
        configuration: Configuration = decode(Configuration, plain)
    except InvalidValue as problem:
        raise InvalidValue(
            f"{path}: {problem.message}", hint="Mend it, or move it away."
        ) from problem
    return configuration


def write_configuration(path: Path, configuration: Configuration) -> None:
    """Replace the configuration file, wholly or not at all."""
    import tomli_w

    profiles = {
        name: {key: value for key, value in _fields(profile).items() if value is not None}
        for name, profile in configuration.profiles.items()
    }
    text = tomli_w.dumps({"current": configuration.current, "profiles": profiles})
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(temporary, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def _fields(profile: Profile) -> dict[str, Any]:
    return {name: getattr(profile, name) for name in profile.__struct_fields__}
