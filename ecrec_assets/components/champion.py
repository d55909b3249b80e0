"""The model that serves, after its files were checked."""

from pathlib import Path

from ecrec_assets.components.challenger import tracking


class NoChampion(LookupError):
    """No version of the model has passed its contract yet."""


def champion_folder(name: str) -> Path:
    """Folder of the champion's files. NoChampion when there is none, TamperedError when a file was changed."""
    from ecrec_assets.track.registry import champion

    found = champion(tracking(), name)
    if found is None:
        raise NoChampion(f"no version of {name} is champion yet; 'ecrec run' trains one, 'ecrec status' says why not")
    return found.folder
