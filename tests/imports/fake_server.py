"""A server in this process that records what it is sent: members by identity, orders by request id, each answered again alike."""

import concurrent.futures
import pathlib
import sys
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))
import grpc  # noqa: E402
from client import message  # noqa: E402
from fake_prices import FakePrices  # noqa: E402


class FakeServer:
    """Answers LookupMember, EnrollMember and ImportOrders; points are one for each 100 minor units; of a return every unit matches.

    Answers ImportMembers, too, but refuses the requests whose first identity is in `refused` (value -> (code, reason)); and ExportBalances
    with what was imported. ImportPriceFacts and RecordOffers are as fake_prices.py has them."""

    def __init__(self, refused=(), export_breaks=False):
        self.refused = dict(refused)
        self.export_breaks = export_breaks  # having sent some of it
        self.opened = {}  # request id -> ImportMembersRequest
        self.others = []  # rows that an export has besides: (kind, value, available)
        self.export_kind = None  # asked for last
        self.members = {}  # identity's value -> member id
        self.orders = {}  # request id -> what the request said, as model.orders_of says it
        self.repeated = 0
        self.lock = threading.Lock()
        self.arrived = threading.Condition(self.lock)
        self.server = grpc.server(concurrent.futures.ThreadPoolExecutor(8))
        member, order = "fairpoint.v1.MemberService", "fairpoint.v1.OrderService"

        def unary(function, request, response):
            return grpc.unary_unary_rpc_method_handler(function, message(request).FromString, message(response).SerializeToString)

        self.program = ("GBP", 0)  # its currency, and when it began
        self.server.add_generic_rpc_handlers((
            grpc.method_handlers_generic_handler("fairpoint.v1.ProgramService", {
                "GetProgram": unary(self.get_program, "GetProgramRequest", "ProgramVersion")}),
            grpc.method_handlers_generic_handler(member, {
                "LookupMember": unary(self.lookup, "LookupMemberRequest", "Member"),
                "EnrollMember": unary(self.enroll, "EnrollMemberRequest", "EnrollMemberResponse"),
                "ImportMembers": grpc.stream_stream_rpc_method_handler(
                    self.imported_members, message("ImportMembersRequest").FromString, message("ImportMembersResponse").SerializeToString),
                "ExportBalances": grpc.unary_stream_rpc_method_handler(
                    self.export, message("ExportBalancesRequest").FromString, message("ExportBalancesResponse").SerializeToString)}),
            grpc.method_handlers_generic_handler(order, {
                "ImportOrders": grpc.stream_stream_rpc_method_handler(
                    self.imported, message("ImportOrdersRequest").FromString, message("ImportOrdersResponse").SerializeToString)})))
        self.prices = FakePrices()
        self.server.add_generic_rpc_handlers((self.prices.handlers(),))
        self.port = self.server.add_insecure_port("127.0.0.1:0")

    def __enter__(self):
        self.server.start()
        return self

    def __exit__(self, *unused):
        self.server.stop(None).wait()

    def get_program(self, request, context):
        currency, began = self.program
        version = message("ProgramVersion")(program_id=request.program_id, version=1, program_text=f'currency: "{currency}"')
        version.effective_time.seconds = began
        return version

    def lookup(self, request, context):
        member_id = self.members.get(request.identity.value)
        if member_id is None:
            info = message("google.rpc.ErrorInfo")(reason="MEMBER_NOT_FOUND")
            status = message("google.rpc.Status")(code=grpc.StatusCode.NOT_FOUND.value[0], message="nobody")
            status.details.add().Pack(info)
            context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))
            context.abort(grpc.StatusCode.NOT_FOUND, "nobody")
        return message("Member")(member_id=member_id)

    def enroll(self, request, context):
        with self.lock:
            value = request.identities[0].value
            created = value not in self.members
            member_id = self.members.setdefault(value, f"m-{len(self.members)}")
        return message("EnrollMemberResponse")(member_id=member_id, created=created)

    def imported(self, requests, context):
        for request in requests:
            with self.lock:
                yield self.answer(request)
                self.arrived.notify_all()

    def answer(self, request):
        answer = message("ImportOrdersResponse")()
        if request.WhichOneof("order") == "record_return":
            said = request.record_return
            items = said.without_receipt.items
            what = (said.return_id, True, said.member.member_id, [(item.sku, item.units) for item in items])
            out = answer.record_return
            for item in items:
                out.matched.add(sku=item.sku, units=item.units, points=1)
            out.points = out.points_taken = len(items)
        else:
            said = request.record_purchase
            lines = [(line.sku, line.quantity, line.amount_minor_units) for line in said.lines]
            what = (said.order_id, False, said.member.member_id, lines)
            out = answer.record_purchase
            out.points = sum(amount for _, _, amount in lines) // 100
        time = said.effective_time
        what = (*what[:3], time.seconds * 10**6 + time.nanos // 1000, what[3])
        out.replayed = said.request_id in self.orders
        if out.replayed:
            assert self.orders[said.request_id] == what, "the same request id with other content"
            self.repeated += 1
        self.orders[said.request_id] = what
        return answer

    def imported_members(self, requests, context):
        for request in requests:
            with self.lock:
                yield self.open_member(request)
                self.arrived.notify_all()

    def open_member(self, request):
        answer = message("ImportMembersResponse")()
        first = request.identities[0].value
        before = self.opened.get(request.request_id)
        if first in self.refused or (before is not None and before != request):
            code, reason = self.refused.get(first, (grpc.StatusCode.ALREADY_EXISTS, "REQUEST_ID_REUSED"))
            answer.error.code = code.value[0]
            answer.error.message = f"because {reason}"
            answer.error.details.add().Pack(message("google.rpc.ErrorInfo")(reason=reason))
            return answer
        self.opened[request.request_id] = request
        answer.imported.replayed = before is not None
        answer.imported.created = first not in self.members
        answer.imported.member_id = self.members.setdefault(first, f"m-{len(self.members)}")
        answer.imported.points = sum(lot.points for lot in request.lots)
        if before is not None:
            answer.imported.created = True  # as it was answered first
        return answer

    def export(self, request, context):
        self.export_kind = request.identity_kind
        first = message("ExportBalancesResponse")()
        first.as_of_time.seconds = 1_800_000_000
        yield first
        for opened in self.opened.values():
            part = message("ExportBalancesResponse")()
            part.rows.add(identity=opened.identities[0], available=sum(lot.points for lot in opened.lots))
            yield part
        for kind, value, available in self.others:
            part = message("ExportBalancesResponse")()
            part.rows.add(identity={"kind": kind, "value": value}, available=available)
            yield part
        if self.export_breaks:
            context.abort(grpc.StatusCode.UNAVAILABLE, "the server goes away")

    def of_members(self):
        """{customer: its orders as they were recorded}."""
        values = {member_id: value for value, member_id in self.members.items()}
        found = {}
        for number, is_return, member_id, micros, lines in self.orders.values():
            found.setdefault(values[member_id], []).append((number, is_return, micros, lines))
        return found
