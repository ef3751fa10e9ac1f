"""pscli completion: the script that lets a shell answer a Tab, shown or put in its place."""

import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from pscli.models.record import Record
from pscli.problems import InvalidValue, StateForbids

from .command import command, command_group
from .session import Session

app = command_group("completion install")

# In the wheel the scripts lie in the package; in a checkout they have a folder of their own.
_FOLDERS = (Path(__file__).parents[1] / "completions", Path(__file__).parents[3] / "completions")
_OURS = b"completion for pscli, generated"  # stands in every script, and in nobody else's file


class Shell(StrEnum):
    """A shell that can ask pscli at a Tab."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"
    POWERSHELL = "powershell"


class Place(NamedTuple):
    """Where a shell's script is put: a variable's folder or that below home, then the path."""

    script: str
    variable: str
    below_home: str
    path: str


_PLACES = {
    Shell.BASH: Place(
        "pscli.bash", "XDG_DATA_HOME", ".local/share", "bash-completion/completions/pscli"
    ),
    Shell.ZSH: Place("_pscli", "XDG_DATA_HOME", ".local/share", "zsh/site-functions/_pscli"),
    Shell.FISH: Place("pscli.fish", "XDG_CONFIG_HOME", ".config", "fish/completions/pscli.fish"),
    Shell.POWERSHELL: Place("pscli.ps1", "XDG_DATA_HOME", ".local/share", "pscli/pscli.ps1"),
}


class InstalledScript(Record, frozen=True):
    """Where a shell's script is, and whether it had to be written."""

    shell: Shell
    path: str
    changed: bool


ShellArgument = Annotated[
    Shell | None, typer.Argument(metavar="[SHELL]", help="Which; else the one you are in.")
]


@command(app, example="completion show zsh")
def show(_session: Session, shell: ShellArgument = None) -> None:
    """Print the script of a shell, to be kept or loaded by yourself."""
    from .files import written

    with written("-") as out:
        out.write(script_of(shell or detected_shell()))


@command(app, example="completion install fish")
def install(
    session: Session,
    shell: ShellArgument = None,
    force: Annotated[
        bool, typer.Option("--force", help="Replace a file that pscli did not write.")
    ] = False,
) -> InstalledScript:
    """Put the script where its shell looks for it; no other file is touched."""
    from .files import as_text, written

    chosen = shell or detected_shell()
    path = place_of(chosen)
    script = script_of(chosen)
    there = _read(path)
    if there is not None and _OURS not in there and not force:
        raise StateForbids(
            f"{as_text(path)} is there, and pscli did not write it.",
            hint="Add --force to replace it, or look: pscli completion show",
        )
    if changed := there != script:
        _make_folder(path.parent)
        with written(str(path), force=True, mode=0o644) as file:
            file.write(script)
    session.tell(
        f"{'Written' if changed else 'There already'}: {as_text(path)}",
        *_how_to_load(chosen, path),
    )
    return InstalledScript(shell=chosen, path=as_text(path), changed=changed)


def script_of(shell: Shell) -> bytes:
    """The script that came with this pscli."""
    name = _PLACES[shell].script
    return next(f / name for f in _FOLDERS if (f / name).exists()).read_bytes()


def place_of(shell: Shell) -> Path:
    """Where a shell looks for the script, or is told to."""
    place = _PLACES[shell]
    base = os.environ.get(place.variable, "")
    folder = Path(base) if base.startswith("/") else Path.home() / place.below_home
    return folder / place.path


def detected_shell() -> Shell:
    """The shell that started this run, else the one of the login; raises InvalidValue."""
    names = {**{each.value: each for each in Shell}, "pwsh": Shell.POWERSHELL}
    for name in (_parent(), Path(os.environ.get("SHELL", "")).name):
        if name in names:
            return names[name]
    raise InvalidValue(
        "Which shell you use cannot be seen.",
        hint=f"Name one of: {', '.join(Shell)}.",
        field="shell",
    )


def _parent() -> str:
    """The name of the process that started this one; empty where the system does not say."""
    try:
        return Path(f"/proc/{os.getppid()}/comm").read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return ""


def _read(path: Path) -> bytes | None:
    """What a file holds; None where there is none, or what `written` will explain."""
    try:
        return path.read_bytes() if path.is_file() else None
    except OSError:
        return None


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InvalidValue(
            f"{folder} cannot be made: {error.strerror}.",
            hint="Keep the script where you like: pscli completion show > FILE",
        ) from error


def _how_to_load(shell: Shell, path: Path) -> list[str]:
    """What a person does so that the next shell has it."""
    from shlex import quote

    if shell is Shell.FISH:
        return ["fish loads it by itself."]
    if shell is Shell.BASH:
        said = "bash-completion loads it by itself. Without that, add to ~/.bashrc:"
        return [said, f"  . {quote(str(path))}"]
    if shell is Shell.ZSH:
        said = "If zsh does not know the folder, add to ~/.zshrc, before compinit:"
        return [said, f"  fpath=({quote(str(path.parent))} $fpath)"]
    return ["Add to the file that $PROFILE names:", f"  . {quote(str(path))}"]
