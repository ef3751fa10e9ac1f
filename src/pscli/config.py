"""Where a run's settings come from: flag, else environment, else profile, else default.

The configuration file is read only where nothing before it decides: reading TOML costs as much as
starting two bare interpreters.
"""

from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from .codec import decode
from .models.record import Record
from .private_files import one_at_a_time, read_text, replace_text
from .problems import InvalidValue, did_you_mean, hint_near

DEFAULT_PROFILE = "default"


class Profile(Record, frozen=True, forbid_unknown_fields=True):
    """One place where a desk is, and whom to act as there."""

    database: str | None = None
    server: str | None = None
    act_as: str | None = None
    region: str | None = None
    timezone: str | None = None
    allow_insecure: bool = False  # plain http to this server, in a network that is trusted


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

    @property
    def _named_profile(self) -> str | None:
        return self._flag_profile or self.variable("PSCLI_PROFILE")

    @cached_property
    def profile_name(self) -> str:
        """The profile of this run."""
        return self._named_profile or self.configuration.current

    @cached_property
    def profile(self) -> Profile:
        """The settings of the profile; raises InvalidValue where one is named that is not there."""
        found = self.configuration.profiles.get(self.profile_name)
        if found is None:
            if self.profile_name != DEFAULT_PROFILE or self._named_profile:
                raise unknown_profile(self.profile_name, self.configuration)
            return Profile()
        return found

    @property
    def server(self) -> str | None:
        """The server's address, where this run uses one."""
        if self.variable("PSCLI_DB"):
            return None
        return self.variable("PSCLI_SERVER") or self.profile.server

    @property
    def allow_insecure(self) -> bool:
        """Whether the token may go over plain http; a profile says so of its own server only."""
        if self.variable("PSCLI_ALLOW_INSECURE"):
            return True
        return not self.variable("PSCLI_SERVER") and self.profile.allow_insecure

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
    text = read_text(path)
    if text is None:
        return Configuration()
    import tomllib

    try:
        return _configuration(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise InvalidValue(
            f"{path} is not valid TOML: {error}.", hint="Mend it, or move it away."
        ) from error
    except InvalidValue as problem:
        raise InvalidValue(
            f"{path}: {problem.message}",
            hint="\n".join(filter(None, [problem.hint, "Mend it, or move it away."])),
            field=problem.field,
        ) from problem


def change_configuration(
    path: Path, change: Callable[[Configuration], Configuration]
) -> Configuration:
    """Replace the configuration by what `change` makes of it, while no other process does."""
    with one_at_a_time(path):
        after = change(read_configuration(path))
        replace_text(path, _as_toml(after))
    return after


def unknown_profile(name: str, known: Configuration) -> InvalidValue:
    """That there is no such profile, with the nearest name."""
    names = ", ".join(known.profiles) or "none yet"
    see = f"Known: {names}. Make one: pscli profile set NAME KEY=VALUE"
    return InvalidValue(
        f"There is no profile {name}.",
        hint=hint_near(name, known.profiles, see),
        field="profile",
    )


def _configuration(plain: dict[str, Any]) -> Configuration:
    """The whole file, profile by profile, so that what is wrong is said with its name."""
    named = plain.get("profiles", {})
    if not isinstance(named, dict):
        raise InvalidValue("profiles is no table.", hint="Write [profiles.NAME].", field="profiles")
    outer: Configuration = _decoded(Configuration, {**plain, "profiles": {}}, "")
    profiles = {name: _decoded(Profile, each, f"Profile {name}: ") for name, each in named.items()}
    return Configuration(current=outer.current, profiles=profiles)


def _decoded(kind: Any, plain: Any, prefix: str) -> Any:
    try:
        return decode(kind, plain)
    except InvalidValue as problem:
        near = did_you_mean(problem.field or "", list(kind.__struct_fields__))
        raise InvalidValue(
            prefix + problem.message, hint="\n".join(near) or None, field=problem.field
        ) from problem


def _as_toml(configuration: Configuration) -> str:
    import tomli_w

    profiles = {
        name: {key: value for key, value in _fields(profile).items() if value not in (None, False)}
        for name, profile in configuration.profiles.items()
    }
    return tomli_w.dumps({"current": configuration.current, "profiles": profiles})


def _fields(profile: Profile) -> dict[str, Any]:
    return {name: getattr(profile, name) for name in profile.__struct_fields__}
