"""`ecrec export`: the query tagger as a small folder for a server."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.console import Console

if TYPE_CHECKING:
    from ecrec_assets.models.tagger.export import Kind


def export(
    to: Annotated[Path, typer.Argument(help="A new folder, or an earlier export, which is replaced.")],
    kind: Annotated[Literal["int8", "fp32"], typer.Option(help="int8 is a quarter of the size and faster.")] = "int8",
    model: Annotated[Path | None, typer.Option(help="Folder of a trained tagger instead of the champion.")] = None,
) -> None:
    """Write the champion of the query tagger as an ONNX model, which answers faster and needs less memory."""
    written, size = _exported(model, to, kind)
    typer.echo(f"{written} holds the query tagger in {kind}, {size / 1e6:.1f} MB. To serve it:")
    typer.echo("  from pathlib import Path")
    typer.echo("  from ecrec_assets.models.tagger.predict import Tagger")
    typer.echo(f'  Tagger.load(Path("{written}"), runtime="onnx").tag(["shredded cheese under $3"])')


def _exported(model: Path | None, to: Path, kind: "Kind") -> tuple[Path, int]:
    from ecrec_assets.components.champion import NoChampion, champion_folder
    from ecrec_assets.models.tagger.export import ExportError, export
    from ecrec_assets.models.tagger.model import TaggerFolderError

    try:
        written = export(model or champion_folder("query_tagger"), to, kind)
    except (NoChampion, TaggerFolderError, ExportError) as error:
        Console(stderr=True).print(f"[red]{error}[/red]")
        raise typer.Exit(1) from error
    return written, sum(file.stat().st_size for file in written.iterdir())
