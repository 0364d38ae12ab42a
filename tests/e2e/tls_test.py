"""TLS at the door: certificates of the server and of callers, and no plaintext on a network."""

import datetime
import ipaddress

import grpc
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from client import Client, Refused
from harness import Server, SqliteStore, free_port, key_of, run
from programme import Programme


class Authority:
    """Signs certificates into a folder."""

    def __init__(self, folder, name):
        self.folder, self.name = folder, name
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.certificate = self._sign(name, self.key.public_key(), is_ca=True)
        self.path = self._write(f"{name}.pem", self.certificate.public_bytes(serialization.Encoding.PEM))

    def issue(self, name, days=2):
        """(certificate file, key file)"""
        key = ec.generate_private_key(ec.SECP256R1())
        signed = self._sign(name, key.public_key(), days=days)
        private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        return (self._write(f"{name}.pem", signed.public_bytes(serialization.Encoding.PEM)), self._write(f"{name}-key.pem", private))

    def _sign(self, name, public_key, is_ca=False, days=2):
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        issuer = subject if is_ca else self.certificate.subject
        now = datetime.datetime.utcnow()
        builder = (x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(public_key)
                   .serial_number(x509.random_serial_number()).not_valid_before(now - datetime.timedelta(days=3))
                   .not_valid_after(now + datetime.timedelta(days=days))
                   .add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True))
        if not is_ca:
            names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
            builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        return builder.sign(self.key, hashes.SHA256())

    def _write(self, name, data):
        path = self.folder / name
        path.write_bytes(data)
        return path


def credentials(ca, certificate=None):
    pair = [path.read_bytes() for path in certificate] if certificate else [None, None]
    return grpc.ssl_channel_credentials(ca.path.read_bytes(), pair[1], pair[0])


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("tls"), "authority")


@pytest.fixture(scope="module")
def stranger(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("stranger"), "stranger")


@pytest.fixture(scope="module")
def server(authority):
    certificate, key = authority.issue("server")
    with SqliteStore() as store:
        args = ["--tls-cert", certificate, "--tls-key", key, "--tls-client-ca", authority.path]
        with Server(store, args=args, health_credentials=credentials(authority)) as running:
            yield running


def unreachable(call, *args, **fields):
    with pytest.raises(Refused) as refused:
        call(*args, **fields)
    assert refused.value.code == "UNAVAILABLE" and refused.value.reason is None, refused.value


def test_a_key_over_tls(server, authority):
    with Client(server.address, key=key_of(server.store, "admin"), credentials=credentials(authority)) as client:
        Programme(client, program_id="tls").member()


def test_no_plaintext_on_a_tls_port(server):
    with Client(server.address, key=key_of(server.store, "admin"), timeout=5) as client:
        unreachable(client.GetProgram, program_id="tls")


def test_a_server_that_another_authority_signed_is_not_believed(server, stranger):
    with Client(server.address, key=key_of(server.store, "admin"), credentials=credentials(stranger), timeout=5) as client:
        unreachable(client.GetProgram, program_id="tls")


def test_a_client_certificate_is_a_caller(server, authority):
    till = authority.issue("till")
    with Client(server.address, credentials=credentials(authority, till)) as client:
        with pytest.raises(Refused) as refused:  # signed, but nobody registered it
            client.GetProgram(program_id="none")
        assert refused.value.code == "UNAUTHENTICATED"
        store = server.store
        run("keys", "make", "--store", store.url, "--role", "pos", "--store-id", "S001", "--label", "till 7",
            "--certificate", till[0], check=0)
        with pytest.raises(Refused) as refused:
            client.GetProgram(program_id="none")
        assert refused.value.code == "NOT_FOUND"
        with pytest.raises(Refused) as refused:
            client.SweepMembers()
        assert (refused.value.code, refused.value.metadata["role"]) == ("PERMISSION_DENIED", "pos")
        again = run("keys", "make", "--store", store.url, "--role", "operator", "--certificate", till[0])
        assert again.returncode != 0 and "is already registered as " in again.stderr, again.stderr
        assert ", role pos: revoke it first" in again.stderr


def test_a_client_certificate_of_another_authority_is_no_caller(server, authority, stranger):
    forged = stranger.issue("till")
    with Client(server.address, credentials=credentials(authority, forged), timeout=5) as client:
        with pytest.raises(Refused) as refused:
            client.GetProgram(program_id="none")
        assert refused.value.code in ("UNAVAILABLE", "UNAUTHENTICATED")


def test_nobody_without_key_or_certificate(server, authority):
    with Client(server.address, credentials=credentials(authority)) as client:
        with pytest.raises(Refused) as refused:
            client.GetProgram(program_id="none")
        assert (refused.value.code, refused.value.reason) == ("UNAUTHENTICATED", "KEY_MISSING")


def test_plaintext_only_on_loopback():
    with SqliteStore() as store:
        done = run("serve", "--store", store.url, "--listen", f"0.0.0.0:{free_port()}", "--metrics-listen", "", timeout=30)
        assert done.returncode not in (0, -6, -11) and "TLS" in done.stderr


def test_certificate_files_that_are_wrong(authority, tmp_path):
    certificate, key = authority.issue("other")
    nonsense = tmp_path / "nonsense.pem"
    nonsense.write_text("nonsense")
    with SqliteStore() as store:
        for args in (["--tls-cert", certificate], ["--tls-key", key], ["--tls-cert", certificate, "--tls-key", tmp_path / "none.pem"],
                     ["--tls-cert", nonsense, "--tls-key", key], ["--tls-client-ca", authority.path]):
            done = run("serve", "--store", store.url, "--listen", f"127.0.0.1:{free_port()}", "--metrics-listen", "", *args, timeout=30)
            assert done.returncode not in (0, -6, -11), args
            assert "--tls" in done.stderr or ".pem" in done.stderr, done.stderr


def test_a_client_key_that_is_none_is_told_at_once(authority, server, tmp_path):
    certificate, key = authority.issue("caller")
    _, other = authority.issue("somebody")
    nonsense = tmp_path / "nonsense.pem"
    nonsense.write_text("nonsense")
    for wrong, words in ((nonsense, "holds no PEM private key"), (certificate, "holds no PEM private key"),
                         (other, f"is not the key of {certificate}")):
        done = run("health", "--server", server.address, "--ca", authority.path, "--cert", certificate, "--cert-key", wrong, check=2)
        assert words in done.stderr and str(wrong) in done.stderr, done.stderr
    run("health", "--server", server.address, "--ca", authority.path, "--cert", certificate, "--cert-key", key, check=0)
