import pytest

from ecrec_assets.track.checksums import TamperedError, sums, verify


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "a.json").write_text("{}")
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "b.safetensors").write_bytes(b"\0" * 3_000_000)
    return tmp_path


def test_sums_are_those_of_sha256(folder):
    assert sums(folder) == {
        "a.json": "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a",
        "deep/b.safetensors": "35bce4eae54ec8e6cc2868baa8d157914d6ae2858811b4cc0c078c94460fa26f",
    }


def test_an_unchanged_folder_holds(folder):
    verify(folder, sums(folder), what="tagger")


def test_every_difference_is_named(folder):
    recorded = sums(folder) | {"gone.json": "0"}
    (folder / "a.json").write_text("{ }")
    (folder / "new.json").write_text("{}")
    with pytest.raises(
        TamperedError, match=r"tagger in .*: a\.json is changed; gone\.json is missing; new\.json was never recorded\."
    ):
        verify(folder, recorded, what="tagger")


def test_a_folder_that_was_never_recorded_does_not_hold(folder, tmp_path):
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(TamperedError, match="no checksum was ever recorded"):
        verify(empty, {}, what="tagger")


def test_a_link_is_refused(folder):
    (folder / "link.json").symlink_to("/etc/hostname")
    with pytest.raises(TamperedError, match=r"link\.json is a link"):
        sums(folder)
