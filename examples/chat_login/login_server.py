#!/usr/bin/env python3
"""A stand-in for your own login: it gives a token to everybody who asks for one, by any name it knows.

    python3 examples/chat_login/login_server.py --keys keys --port 8081

Makes a key pair in that folder unless there is one: private.pem, which it signs tokens with (JWT, EdDSA), and
public.pem, by which the chat checks them. Needs nothing but Python and the command `openssl` (3.0 or later).

    GET /token?user=alice&seconds=300            {"token": "..."}
    GET /token?user=alice&seconds=300&as=cookie  {} and the token in a cookie that no script can read

A real login asks for a password here, and knows the origins of its pages; this one serves pages of its own host,
whatever their port.
"""

import argparse
import base64
import http.server
import json
import pathlib
import secrets
import subprocess
import tempfile
import time
import urllib.parse

ROLES = {"alice": ["USER"], "bob": ["USER"], "carol": ["USER", "ADMIN"]}
LONGEST = 3600


def make_keys(folder):
    folder.mkdir(parents=True, exist_ok=True)
    private, public = folder / "private.pem", folder / "public.pem"
    if not private.exists():
        subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", private], check=True)
        private.chmod(0o600)
    subprocess.run(["openssl", "pkey", "-in", private, "-pubout", "-out", public], check=True)
    return private


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def sign(private, claims):
    """RFC 7519 and RFC 8037."""
    parts = [base64url(json.dumps(part).encode()) for part in ({"alg": "EdDSA", "typ": "JWT"}, claims)]
    with tempfile.NamedTemporaryFile() as signed:  # openssl signs by Ed25519 only what it can read as a file
        signed.write(b".".join(parts))
        signed.flush()
        signature = subprocess.run(["openssl", "pkeyutl", "-sign", "-rawin", "-inkey", private, "-in", signed.name],
                                   check=True, stdout=subprocess.PIPE).stdout
    return b".".join([*parts, base64url(signature)]).decode()


class Login(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        target = urllib.parse.urlsplit(self.path)
        asked = dict(urllib.parse.parse_qsl(target.query))
        user, seconds = asked.get("user"), asked.get("seconds", "300")
        if target.path != "/token" or user not in ROLES or not seconds.isdecimal() or len(seconds) > 4:
            return self.answer(404, {"error": "There is no such user"})
        seconds = min(int(seconds), LONGEST)
        now = int(time.time())
        token = sign(self.server.private, {"iss": "chat-login", "aud": "chat", "sub": user, "roles": ROLES[user],
                                           "iat": now, "exp": now + seconds, "jti": secrets.token_hex(8)})
        attributes = "Path=/; HttpOnly; SameSite=Strict"
        if asked.get("as") == "cookie":
            return self.answer(200, {}, f"token={token}; Max-Age={seconds}; {attributes}")
        return self.answer(200, {"token": token}, f"token=; Max-Age=0; {attributes}")

    def answer(self, status, value, cookie=None):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("Vary", "Origin")
        origin = self.headers.get("Origin", "")
        if urllib.parse.urlsplit(origin).hostname == urllib.parse.urlsplit("//" + self.headers.get("Host", "")).hostname:
            self.send_header("Access-Control-Allow-Origin", origin)
            self.send_header("Access-Control-Allow-Credentials", "true")
        if cookie:
            self.send_header("Set-Cookie", cookie)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--keys", type=pathlib.Path, default="keys", help="folder of the key pair")
    options.add_argument("--port", type=int, default=8081, help="0: any")
    given = options.parse_args()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", given.port), Login)
    server.private = make_keys(given.keys)
    print(f"listening on http://127.0.0.1:{server.server_port}", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()
