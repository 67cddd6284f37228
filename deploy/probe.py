"""Check the health of the web process in this container: `python deploy/probe.py /readyz` succeeds if it returns 200.

The image has no curl. This script imports little, because it runs every few seconds.
"""

import os
import socket
import sys

with socket.create_connection(("127.0.0.1", int(os.environ.get("GRANIAN_PORT", "8000"))), timeout=4) as connection:
    connection.sendall(f"GET {sys.argv[1]} HTTP/1.0\r\n\r\n".encode())
    answer = connection.makefile().read()
sys.exit(0 if answer.split()[1] == "200" else f"{sys.argv[1]} answers: {answer.splitlines()[-1]}")
