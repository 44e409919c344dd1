"""The watch over a live coach notices what it is there for."""

import socket
import subprocess


def test_a_network_socket_a_name_looked_up_and_a_file_written_are_noticed(tmp_path, watching):
    watched = watching.Watched(tmp_path)
    act = (
        "import socket, subprocess, sys\n"
        "socket.socket().close()\n"
        "try: socket.getaddrinfo('localhost', 1)\n"
        "except OSError: pass\n"
        f"open({str(tmp_path / 'kept.raw')!r}, 'wb').write(b'sound')\n"
        "child = 'import sys; open(sys.argv[1], chr(119))'\n"
        f"subprocess.run([sys.executable, '-c', child, {str(tmp_path / 'child.raw')!r}], check=True)\n"
    )

    subprocess.run([*watched.command[:4], "-c", act], check=True, timeout=60)

    assert watched.families == {socket.AF_INET}
    assert len(watched.looked_up) == 1
    assert {tmp_path / "kept.raw", tmp_path / "child.raw"} <= watched.written
