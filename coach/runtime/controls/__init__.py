"""What stops the coach without a recognizer: keys, keypads, a wired button, another terminal, signals."""
