"""A typed client of the public contract for tests, made from proto/ at run time: no generated code, no server's help.

    client = Client("127.0.0.1:7654", key="fp_...")
    answer = client.EarnPoints(program_id="p", request_id=new_id(), member={"member_id": m}, points=5)

A refusal is raised as Refused, with what google.rpc.Status says in it.
"""

import functools
import os
import pathlib
import random
import subprocess
import tempfile
import warnings

# An idle client in Python looks at its connections every 5 s: a server that ends would wait for it to hang up.
os.environ.setdefault("GRPC_CLIENT_CHANNEL_BACKUP_POLL_INTERVAL_MS", "100")
import grpc  # noqa: E402

warnings.filterwarnings("ignore", category=DeprecationWarning)
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
TIMEOUT_S = 30
PACKAGE = "fairpoint.v1"
SERVICES = ("ProgramService", "MemberService", "PointsService", "OrderService", "PricingService")


@functools.lru_cache(maxsize=None)
def pool():
    """Everything in proto/, compiled by protoc."""
    proto = ROOT / "proto"
    files = sorted(str(file.relative_to(proto)) for file in proto.rglob("*.proto"))
    with tempfile.NamedTemporaryFile() as out:
        subprocess.run(["protoc", f"-I{proto}", "--include_imports", f"--descriptor_set_out={out.name}", *files], check=True)
        described = descriptor_pb2.FileDescriptorSet.FromString(pathlib.Path(out.name).read_bytes())
    made = descriptor_pool.DescriptorPool()
    for file in described.file:
        made.Add(file)
    return made


@functools.lru_cache(maxsize=None)
def _factory():
    return message_factory.MessageFactory(pool())


@functools.lru_cache(maxsize=None)
def message(name):
    """The class of a message: message("EarnPointsRequest"), message("google.rpc.Status")."""
    full = name if "." in name else f"{PACKAGE}.{name}"
    return _factory().GetPrototype(pool().FindMessageTypeByName(full))


@functools.lru_cache(maxsize=None)
def methods():
    """{name: (path, request class, response class, service)} of all methods."""
    found = {}
    for service in SERVICES:
        for method in pool().FindServiceByName(f"{PACKAGE}.{service}").methods:
            found[method.name] = (f"/{PACKAGE}.{service}/{method.name}", message(method.input_type.full_name),
                                  message(method.output_type.full_name), service)
    return found


class Refused(Exception):
    """A call that was answered with an error. `details` are the messages of google.rpc.Status by their short name."""

    def __init__(self, code, text, details):
        super().__init__(f"{code}: {text} {details}")
        self.code = code
        self.text = text
        self.details = details
        info = details.get("ErrorInfo")
        self.reason = info.reason if info else None
        self.domain = info.domain if info else None
        self.metadata = dict(info.metadata) if info else {}
        request = details.get("BadRequest")
        self.fields = {v.field: v.description for v in request.field_violations} if request else {}
        retry = details.get("RetryInfo")
        self.retry_after_s = retry.retry_delay.ToMicroseconds() / 1e6 if retry else None
        localized = details.get("LocalizedMessage")
        self.localized = localized.message if localized else None


def _details(status):
    found = {}
    for detail in status.details:
        name = detail.type_url.rsplit("/", 1)[1]
        unpacked = message(name)()
        assert detail.Unpack(unpacked)
        found[name.rsplit(".", 1)[1]] = unpacked
    return found


def refused(call, *args, **fields):
    """The refusal of a call that must be refused. Whatever is wrong, a program and a person at the counter can read it."""
    try:
        answer = call(*args, **fields)
    except Refused as told:
        assert told.domain == "fairpoint" and told.localized
        return told
    raise AssertionError(f"was not refused: {answer}")


def refusal_in(status):
    """The Refused that a google.rpc.Status (of a batch's answer) tells."""
    codes = {code.value[0]: code.name for code in grpc.StatusCode}
    return Refused(codes[status.code], status.message, _details(status))


def refusal_of(error):
    """The Refused that a grpc.RpcError tells."""
    details = {}
    for key, value in error.trailing_metadata() or ():
        if key == "grpc-status-details-bin":
            details = _details(message("google.rpc.Status").FromString(value))
    return Refused(error.code().name, error.details(), details)


RECONNECT_MS = 5000  # how long an attempt to connect may take, and a refused one keeps the next waiting
_OPTIONS = [("grpc.initial_reconnect_backoff_ms", 50), ("grpc.max_reconnect_backoff_ms", 200), ("grpc.max_receive_message_length", -1),
            ("grpc.max_send_message_length", -1), ("grpc.use_local_subchannel_pool", 1), ("grpc.enable_http_proxy", 0)]


class Client:
    """Thread-safe."""

    def __init__(self, address, key=None, credentials=None, timeout=TIMEOUT_S, reconnect_ms=RECONNECT_MS):
        options = [*_OPTIONS, ("grpc.min_reconnect_backoff_ms", reconnect_ms)]
        self.channel = (grpc.secure_channel(address, credentials, options=options) if credentials
                        else grpc.insecure_channel(address, options=options))
        self.metadata = (("authorization", f"Bearer {key}"),) if key else ()
        self.timeout = timeout
        self._calls = {}

    def close(self):
        self.channel.close()

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.close()

    def _callable(self, name):
        if name not in self._calls:
            path, _, response, _ = methods()[name]
            self._calls[name] = self.channel.unary_unary(
                path, request_serializer=lambda request: request.SerializeToString(), response_deserializer=response.FromString)
        return self._calls[name]

    def send(self, name, request, timeout=None, wait_for_ready=None):
        """Sends a request message; raises Refused."""
        try:
            return self._callable(name)(request, timeout=timeout or self.timeout, metadata=self.metadata,
                                        wait_for_ready=wait_for_ready)
        except grpc.RpcError as error:
            raise refusal_of(error) from None

    def stream(self, name, requests, timeout=None):
        """Sends request messages on one stream; returns all answers; raises Refused."""
        path, _, response, _ = methods()[name]
        call = self.channel.stream_stream(path, request_serializer=lambda request: request.SerializeToString(),
                                          response_deserializer=response.FromString)
        try:
            return list(call(iter(requests), timeout=timeout or self.timeout, metadata=self.metadata))
        except grpc.RpcError as error:
            raise refusal_of(error) from None

    def begin(self, name, request, timeout=None):
        """Sends a request message and returns at once; end() has the answer."""
        return self._callable(name).future(request, timeout=timeout or self.timeout, metadata=self.metadata)

    @staticmethod
    def end(future):
        try:
            return future.result()
        except grpc.RpcError as error:
            raise refusal_of(error) from None

    def send_bytes(self, name, data, timeout=None):
        """Sends bytes as they are; returns the answer's bytes; raises Refused. A stream refuses a message in its answer to it."""
        path, _, response, _ = methods()[name]
        try:
            answer = self.channel.unary_unary(path)(data, timeout=timeout or self.timeout, metadata=self.metadata)
        except grpc.RpcError as error:
            raise refusal_of(error) from None
        field = {"ImportOrders": "error", "ImportMembers": "error", "ImportPriceFacts": "feed_error"}.get(name)
        if field and response.FromString(answer).HasField(field):
            raise refusal_in(getattr(response.FromString(answer), field))
        return answer

    def health(self, service=""):
        """The name of the standard health service's answer, or None when nobody answers."""
        query = bytes([10, len(service)]) + service.encode() if service else b""
        try:
            answer = self.channel.unary_unary("/grpc.health.v1.Health/Check")(query, timeout=5)
        except grpc.RpcError as error:
            return "UNKNOWN_SERVICE" if error.code() == grpc.StatusCode.NOT_FOUND else None
        # HealthCheckResponse has one field, an enum: 1 SERVING, 2 NOT_SERVING.
        return {b"": "UNKNOWN", b"\x08\x01": "SERVING", b"\x08\x02": "NOT_SERVING"}.get(answer, answer)

    def __getattr__(self, name):
        if name not in methods():
            raise AttributeError(name)
        request_class = methods()[name][1]
        return lambda **fields: self.send(name, request_class(**fields))


_random = random.Random(os.urandom(16))
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZabcdefghjkmnpqrstvwxyz_-"


def new_id(prefix=""):
    """A request id."""
    return prefix + "".join(_random.choices(_LETTERS, k=24))
