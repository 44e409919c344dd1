"""Sends one message by Apprise and ends; a process of its own, so that a service that hangs can be killed.

Reads one JSON object from its input: ``urls``, ``title``, ``body``, ``urgent``. Ends with 0 where at least one
address took the message, else with 1 and one sentence on its error output. No address is ever printed: it may hold a
secret.
"""

import json
import sys


def main() -> int:
    """Send what stands on the input."""
    try:
        import apprise  # noqa: PLC0415 - the process says in a sentence that it is not installed
    except ImportError:
        sys.stderr.write("Apprise is not installed; run: pip install 'bedside-coach[notify]'\n")
        return 1
    wanted = json.load(sys.stdin)
    kind = apprise.NotifyType.FAILURE if wanted["urgent"] else apprise.NotifyType.INFO
    taken = unknown = 0
    for url in wanted["urls"]:
        service = apprise.Apprise()
        if not service.add(url):
            unknown += 1
            continue
        taken += bool(service.notify(body=wanted["body"], title=wanted["title"], notify_type=kind))
    if taken:
        return 0
    count = len(wanted["urls"])
    if unknown == count:
        sys.stderr.write("None of the addresses is one that Apprise knows; look at urls in notify.toml\n")
    else:
        sys.stderr.write(f"none of {count} addresses took it\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
