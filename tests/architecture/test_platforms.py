"""Code that differs by system, with the system as an argument: all three are tested on any."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path, PurePosixPath
from types import ModuleType

import pytest

from desktop.config.locks import region_for
from desktop.config.paths import find_file_system, is_on_network
from desktop.host.life import creation_flags, host_command
from tests.helpers.sources import ROOT

PLATFORMS = ("linux", "win32", "darwin")


def load_build(name: str) -> ModuleType:
    """A script of build/, which is no package."""
    spec = importlib.util.spec_from_file_location(f"knit_build_{name}", ROOT / "build" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def dev() -> ModuleType:
    return load_build("dev")


@pytest.fixture(scope="module")
def contents() -> ModuleType:
    return load_build("contents")


@pytest.fixture
def smoke(contents: ModuleType, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.setitem(sys.modules, "contents", contents)
    monkeypatch.setitem(sys.modules, "far_plugin", load_build("far_plugin"))
    return load_build("smoke")


# ==== dev.py ====
@pytest.mark.parametrize(
    ("platform", "end"),
    [("linux", "bin/python"), ("darwin", "bin/python"), ("win32", "Scripts/python.exe")],
)
def test_the_environments_python_is_where_the_system_puts_it(dev: ModuleType, platform: str, end: str) -> None:
    assert dev.venv_python(platform, Path("v")).as_posix() == f"v/{end}"


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_only_linux_is_asked_for_libraries(dev: ModuleType, platform: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dev, "LIBRARIES", {"libthereisnone.so.1": "libthereisnone1"})
    assert dev.find_missing_libraries(platform) == []
    assert dev.find_missing_libraries("linux") == ["libthereisnone1"]


def test_windows_has_no_root(dev: ModuleType) -> None:
    assert not dev.is_root("win32")


@pytest.fixture
def linux(dev: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """A Linux with its libraries and a plain font; what is asked to be installed is kept, and then fails."""
    asked: list[list[str]] = []

    def install(packages: list[str], why: str) -> None:
        asked.append(packages)
        raise dev.Trouble(f"{why}: install {packages[0]}.")

    monkeypatch.setattr(dev.sys, "platform", "linux")
    monkeypatch.setattr(dev, "find_missing_libraries", lambda _platform: [])
    monkeypatch.setattr(dev, "find_fonts", lambda: [Path("DejaVuSans.ttf")])
    monkeypatch.setattr(dev, "install_packages", install)
    return asked


def test_a_missing_emoji_font_is_asked_for_and_nothing_is_refused_for_it(
    dev: ModuleType, linux: list[list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    dev.check_system()
    assert linux == [["fonts-noto-color-emoji"]]
    assert "install fonts-noto-color-emoji. Going on without." in capsys.readouterr().out


def test_a_machine_without_any_font_is_still_refused(
    dev: ModuleType, linux: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dev, "find_fonts", list)
    with pytest.raises(dev.Trouble, match="fonts-dejavu-core"):
        dev.check_system()


def test_an_emoji_font_is_known_by_its_file(dev: ModuleType, tmp_path: Path) -> None:
    folder = tmp_path / "truetype" / "noto"
    folder.mkdir(parents=True)
    for name, found in (("DejaVuSans.ttf", False), ("NotoColorEmoji.ttf", True)):
        (folder / name).touch()
        assert dev.has_emoji(dev.find_fonts((str(tmp_path), str(tmp_path / "none")))) is found


def test_without_apt_the_packages_are_named(dev: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dev.shutil, "which", lambda _name: None)
    with pytest.raises(dev.Trouble, match="libegl1"):
        dev.install_packages(["libegl1"], "Qt needs it")


def test_who_is_not_root_is_given_the_one_command(dev: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dev.shutil, "which", lambda _name: "/usr/bin/apt-get")
    monkeypatch.setattr(dev, "is_root", lambda _platform: False)
    with pytest.raises(dev.Trouble, match="sudo apt-get install -y --no-install-recommends libegl1"):
        dev.install_packages(["libegl1"], "Qt needs it")


def test_another_lock_or_python_is_another_environment(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    before = dev.lock_digest()
    other = tmp_path / "requirements.lock"
    other.write_bytes(b"nothing")
    monkeypatch.setattr(dev, "LOCK", other)
    assert dev.lock_digest() != before


# ==== the host ====
@pytest.mark.parametrize("platform", PLATFORMS)
def test_from_source_the_host_is_a_module_of_this_python(platform: str) -> None:
    command = host_command(frozen=False, executable="python", platform=platform)
    assert command == ["python", "-m", "desktop.host"]


@pytest.mark.parametrize(
    ("platform", "executable", "program"),
    [
        ("linux", "/opt/knit/knit-desk", "/opt/knit/knit"),
        ("darwin", "/Applications/Knit/knit-desk", "/Applications/Knit/knit"),
        ("win32", "C:\\Program Files\\Knit\\knit-desk.exe", "C:/Program Files/Knit/knit.exe"),
    ],
)
def test_frozen_the_host_is_the_program_with_a_console_beside(platform: str, executable: str, program: str) -> None:
    assert host_command(frozen=True, executable=executable, platform=platform) == [program, "host"]


def test_only_windows_needs_a_flag_to_open_no_console() -> None:
    assert [creation_flags(platform) for platform in PLATFORMS] == [0, 0x0800_0000, 0]


# ==== the profile ====
def test_each_system_locks_in_its_own_way() -> None:
    windows, linux, mac = (type(region_for(platform)) for platform in ("win32", "linux", "darwin"))
    assert linux is mac
    assert windows is not linux


MOUNTS = "/dev/sda1 / ext4 rw 0 0\nserver:/x /mnt/my\\040share nfs4 rw 0 0\n//s/h /mnt/h cifs rw 0 0\n"


@pytest.mark.parametrize(
    ("path", "kind"), [("/var/knit", "ext4"), ("/mnt/my share/p", "nfs4"), ("/mnt/h", "cifs"), ("/mnt/hh", "ext4")]
)
def test_the_file_system_is_that_of_the_nearest_mount(path: str, kind: str) -> None:
    assert find_file_system(PurePosixPath(path), MOUNTS) == kind


def test_a_share_is_a_network_drive_and_a_disk_is_not(tmp_path: Path) -> None:
    # The folder by its real name, since a mount is looked up by that.
    real = tmp_path.resolve().as_posix()
    assert is_on_network(tmp_path, platform="linux", mounts=f"server:/x {real} nfs4 rw 0 0\n")
    assert not is_on_network(tmp_path, platform="linux", mounts=f"/dev/sda1 {real} ext4 rw 0 0\n")
    assert not is_on_network(tmp_path, platform="darwin", mounts="")


@pytest.mark.parametrize("share", ["\\\\server\\share\\knit", "//server/share/knit"])
def test_a_windows_share_is_a_network_drive(share: str) -> None:
    assert is_on_network(Path(share), platform="win32")


# ==== the frozen tree ====
@pytest.mark.parametrize("platform", PLATFORMS)
def test_the_frozen_tree_has_the_standard_library_without_its_tests(contents: ModuleType, platform: str) -> None:
    found = set(contents.find_standard_modules(platform))
    assert {"xml.dom.minidom", "imaplib", "wave", "sqlite3.dbapi2", "ctypes.wintypes", "zoneinfo"} <= found
    tops = {name.partition(".")[0] for name in found}
    assert tops.isdisjoint(contents.NOT_CARRIED)
    assert not any(part in {"test", "tests", "idle_test"} for name in found for part in name.split("."))
    assert ("asyncio.windows_events" in found) is (platform == "win32")
    assert ("asyncio.unix_events" in found) is (platform != "win32")


def test_the_frozen_tree_has_what_every_manifest_requires(contents: ModuleType, tmp_path: Path) -> None:
    assert "defusedxml" in contents.find_requirements(ROOT / "plugins")
    folder = tmp_path / "odd"
    folder.mkdir()
    (folder / "manifest.toml").write_text('requirements = ["there-is-none>=1"]', encoding="utf-8")
    with pytest.raises(ValueError, match=r"odd requires there-is-none>=1"):
        contents.find_requirements(tmp_path)


@pytest.mark.parametrize(
    ("target", "wanted"),
    [
        ("PySide6/Qt/lib/libQt6WebEngineCore.so.6", True),
        ("PySide6/Qt/translations/qtwebengine_locales/en-GB.pak", True),
        ("PySide6\\Qt\\qml\\QtQuick\\qmldir", False),
        ("PySide6/translations/designer_de.qm", False),
        ("qtawesome/fonts/materialdesignicons6-webfont-6.9.96.ttf", True),
        ("qtawesome/fonts/remixicon-2.5.0.ttf", False),
    ],
)
def test_what_nothing_loads_is_left_out(contents: ModuleType, target: str, wanted: bool) -> None:
    assert contents.is_wanted_file(target) is wanted


@pytest.mark.parametrize("platform", PLATFORMS)
def test_the_smoke_test_has_no_path_to_a_python(smoke: ModuleType, platform: str, tmp_path: Path) -> None:
    env = smoke.build_environment(tmp_path, platform=platform, is_root=True)
    assert not {name for name in env if "PATH" in name.upper() or name.startswith("PYTHON")}
    assert ("QTWEBENGINE_DISABLE_SANDBOX" in env) is (platform == "linux")
    assert all(Path(folder).is_dir() for folder in env.values() if folder.startswith(str(tmp_path)))


def test_a_line_that_nobody_knows_fails_the_smoke_test(smoke: ModuleType) -> None:
    assert smoke.find_odd_lines("\n  \nTraceback (most recent call last):\n") == ["Traceback (most recent call last):"]


@pytest.mark.parametrize(
    "line",
    [
        'Detected locale "C" with character encoding "ANSI_X3.4-1968", which is not UTF-8.',
        "GPUInfo not initialized on GpuInfoUpdate",
        (
            "[9239:9307:1123/221728.100838:ERROR:../../../qtwebengine/src/3rdparty/chromium/dbus/bus.cc:408] Failed to connect"
            " to the bus: Failed to connect to socket /run/dbus/system_bus_socket: No such file or directory"
        ),
    ],
)
def test_a_known_line_is_known_only_as_a_whole(smoke: ModuleType, line: str) -> None:
    assert smoke.find_odd_lines(line) == []
    assert smoke.find_odd_lines(f"{line} and more") == [f"{line} and more"]


def test_every_known_line_has_a_reason(smoke: ModuleType) -> None:
    assert all(len(reason.split()) > 3 for reason in smoke.KNOWN_LINES.values())


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_a_process_of_the_tree_that_is_left_is_found(smoke: ModuleType, tmp_path: Path) -> None:
    here = Path(sys.executable).resolve().parent
    assert any(line.startswith(f"{os.getpid()} ") for line in smoke.find_left(here, platform="linux"))
    assert smoke.find_left(tmp_path, platform="linux") == []
