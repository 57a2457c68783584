"""What a server said, as lines that can be compared: what is a server's own (ids, the order of headers, the words of an
error) is taken out, unless a case looks at just that."""

import json
import re

# Headers that are not compared, by command. Cases that are about them ask for them.
OWN = {"CONNECTED": {"server", "session"}, "MESSAGE": {"message-id", "content-length", "content-type"},
       "ERROR": {"message", "content-type", "content-length", "code", "version", "message-id"}, "RECEIPT": set()}
IDS = {"message-id", "session", "ack", "server"}  # differ from run to run, or from version to version
LONG = 300


def body_of(text):
    try:
        return json.dumps(json.loads(text), sort_keys=True) if text[:1] in "{[" else text
    except ValueError:
        return text


def value_of(name, value):
    if name in IDS and value != "mine":
        return "<id>"
    if name == "reply-to" and value.startswith("/reply-queue/"):
        return "/reply-queue/<id>"
    if name == "content-type":
        return value.lower().replace(" ", "")
    return value


def frame_line(payload, looks_at):
    text = payload.decode("utf-8", "backslashreplace")
    if not text.strip("\n"):
        return "beat"
    head, _, body = text.partition("\n\n")
    command, *lines = head.split("\n")
    hidden = OWN.get(command, set()) - looks_at
    headers = [line.partition(":")[::2] for line in lines]
    shown = sorted(f"{name}:{value_of(name, value)}" for name, value in headers if name not in hidden)
    if "body" not in looks_at and command == "ERROR":
        body = ""
    body = body_of(body.partition("\0")[0] if "binary" not in looks_at else body.rpartition("\0")[0])
    body = re.sub(r"[^ -~]", lambda found: f"\\u{ord(found[0]):04x}", body)
    if len(body) > LONG:
        body = f"{len(body)} characters"
    return " ".join([command, *shown]) + (f" | {body}" if body else "")


def event_lines(events, looks_at):
    for kind, what in events:
        if kind == "closed":
            yield f"closed {what}"
        elif kind == "text":
            yield frame_line(what, looks_at)
        else:
            yield frame_line(what, looks_at) + (" (binary)" if "frame" in looks_at else "")
