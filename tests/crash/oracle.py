"""What must be there after a crash: a client under load that knows of each request whether it was acknowledged.

Each worker owns some members and posts to them one operation (or batch) after another, so it knows their balances. A request that was
answered is *acknowledged*: its answer is kept, and stays true for ever. One whose connection broke is *pending*: it may have happened or
not. Once the server is back the worker looks whether it did (at most once), sends it again with the same id, and knows.

Besides, all workers earn on the same few shared members, where only sums can be known.
"""

import random
import threading

from client import Refused, message, new_id, refusal_in
from programme import accounts, without_replayed

# What may have happened: the connection broke, the server stopped, or the database is away.
UNKNOWN = ("UNAVAILABLE", "CANCELLED", "DEADLINE_EXCEEDED", "UNKNOWN")
ANSWER_DEADLINE_S = 60


class Broken(AssertionError):
    """A promise was broken."""


class Member:
    """One member's points as its owner knows them."""

    def __init__(self, member_id):
        self.id = member_id
        self.available = self.held = 0
        self.holds = {}      # hold id: points
        self.spends = []     # entry ids of redemptions not undone yet: (entry id, points)
        self.made = {}       # request id: transaction id

    def accounts(self):
        return (self.available, 0, self.held, 0)


class Worker:
    """Posts until told to stop. Not thread-safe: one thread runs it."""

    def __init__(self, number, seed, clients, programme, shared, counter):
        self.rng = random.Random(f"{seed}-{number}")
        self.clients = clients
        self.programme = programme
        self.shared = shared
        self.counter = counter
        self.acknowledged = []   # (method, request, answer), in order
        self.shared_sums = {}
        self.unknown_count = 0
        self.happened_count = 0
        self.members = [self.enrol() for _ in range(3)]

    def run(self, stop):
        while not stop.is_set():
            self.step()

    # -- one step -------------------------------------------------------------------------------------------

    def step(self):
        what = self.rng.random()
        if what < 0.03:
            self.members.append(self.enrol())
        elif what < 0.25:
            self.batch()
        elif what < 0.35:
            self.post_to_shared()
        else:
            member = self.rng.choice(self.members)
            kind, fields = self.choose(member)
            method, request = self.request(kind, fields)
            self.book(member, kind, fields, request, self.settle(method, request))

    def choose(self, member):
        """An operation that must succeed, by what is known of the member."""
        to = {"member": {"member_id": member.id}}
        choices = ["earn"] * 3
        choices += ["redeem", "hold"] if member.available > 20 else []
        choices += ["capture", "release"] if member.holds else []
        choices += ["reverse"] if member.spends else []
        kind = self.rng.choice(choices)
        if kind == "earn":
            return kind, {**to, "points": self.rng.randint(1, 500)}
        if kind in ("redeem", "hold"):
            return kind, {**to, "points": self.rng.randint(1, member.available)}
        if kind == "capture":
            hold = self.rng.choice(sorted(member.holds))
            return kind, {"hold_id": hold, "points": self.rng.randint(1, member.holds[hold])}
        if kind == "release":
            return kind, {"hold_id": self.rng.choice(sorted(member.holds))}
        return kind, {"entry_id": self.rng.choice(member.spends)[0], "reason": "returned"}

    METHODS = {"earn": ("EarnPoints", "earn_points"), "redeem": ("RedeemPoints", "redeem_points"), "hold": ("HoldPoints", "hold_points"),
               "capture": ("CaptureHold", "capture_hold"), "release": ("ReleaseHold", "release_hold"),
               "reverse": ("ReverseEntry", "reverse_entry")}

    def request(self, kind, fields):
        method = self.METHODS[kind][0]
        return method, message(f"{method}Request")(program_id=self.programme.id, request_id=new_id(), **fields)

    def batch(self):
        """One operation a member, so that each is chosen by what is known."""
        members = self.rng.sample(self.members, self.rng.randint(1, len(self.members)))
        chosen = [(member, *self.choose(member)) for member in members]
        made = [self.request(kind, fields) for _, kind, fields in chosen]
        operations = [{self.METHODS[kind][1]: request} for (_, kind, _), (_, request) in zip(chosen, made)]
        answer = self.settle("BatchPost", message("BatchPostRequest")(program_id=self.programme.id, operations=operations))
        for (member, kind, fields), (method, request), result in zip(chosen, made, answer.results):
            one = getattr(result, result.WhichOneof("result"))
            self.acknowledged.append((method, request, without_replayed(one)))
            self.book(member, kind, fields, request, one)

    def post_to_shared(self):
        member_id = self.rng.choice(self.shared)
        method, request = self.request("earn", {"member": {"member_id": member_id}, "points": self.rng.randint(1, 9)})
        self.settle(method, request)
        made = self.shared_sums.setdefault(member_id, {})
        made[request.request_id] = request.points

    def enrol(self):
        request = message("EnrollMemberRequest")(program_id=self.programme.id, request_id=new_id(),
                                                 identities=[{"kind": "card", "value": new_id()}])
        return Member(self.settle("EnrollMember", request).member_id)

    def book(self, member, kind, fields, request, answer):
        points = fields.get("points", 0)
        transaction = answer.transaction
        if kind == "earn":
            member.available += points
        elif kind == "redeem":
            member.available -= points
            member.spends.append((transaction.transaction_id, points))
        elif kind == "hold":
            member.available -= points
            member.held += points
            member.holds[transaction.transaction_id] = points
        elif kind == "capture":
            held = member.holds.pop(fields["hold_id"])
            member.held -= held
            member.available += held - points
        elif kind == "release":
            held = member.holds.pop(fields["hold_id"])
            member.held -= held
            member.available += held
        else:
            spend = next(one for one in member.spends if one[0] == fields["entry_id"])
            member.spends.remove(spend)
            member.available += spend[1]
        member.made[request.request_id] = transaction.transaction_id
        if accounts(transaction.balance) != member.accounts():
            raise Broken(f"{kind} {request.request_id}: {accounts(transaction.balance)} is answered, {member.accounts()} is right")

    # -- sending --------------------------------------------------------------------------------------------

    def settle(self, method, request):
        """Sends until there is an answer."""
        client, again = self.rng.choice(self.clients), False
        while True:
            try:
                # Once it broke, wait for a server to be there instead of asking nobody again and again.
                answer = client.send(method, request, timeout=ANSWER_DEADLINE_S, wait_for_ready=again)
                results = answer.results if method == "BatchPost" else []
                errors = [refusal_in(result.error) for result in results if result.HasField("error")]
                unsure = [error for error in errors if error.code in UNKNOWN]
                if errors and not unsure:
                    raise Broken(f"refused: {errors}")
                if not errors:
                    break
            except Refused as refused:
                if refused.code not in UNKNOWN:
                    raise Broken(f"{method} {request.request_id}: {refused}") from None
            self.unknown_count += 1
            again = True
            client = self.rng.choice(self.clients)
            self.look(client, method, request)
        self.counter.add(max(1, len(answer.results)) if method == "BatchPost" else 1)
        if method != "BatchPost":
            self.acknowledged.append((method, request, without_replayed(answer)))
        return answer

    def look(self, client, method, request):
        """Once a server is back: whether what is pending happened. Twice is broken, once and not at all are right."""
        requests = [getattr(one, one.WhichOneof("operation")) for one in request.operations] if method == "BatchPost" else [request]
        for one in requests:
            member_id = self.member_of(one)
            if member_id is None:
                continue
            transactions = {entry.transaction_id for entry in self.last_entries(client, member_id) if entry.request_id == one.request_id}
            if len(transactions) > 1:
                raise Broken(f"{one.request_id} happened {len(transactions)} times: {transactions}")
            self.happened_count += len(transactions)

    @staticmethod
    def member_of(request):
        names = request.DESCRIPTOR.fields_by_name
        if "hold_id" in names:
            return request.hold_id.split(".")[0]
        if "entry_id" in names:
            return request.entry_id.split(".")[0]
        return request.member.member_id if "member" in names else None

    def last_entries(self, client, member_id):
        while True:
            try:
                return client.send("ListEntries", message("ListEntriesRequest")(
                    program_id=self.programme.id, member={"member_id": member_id}, page_size=200, newest_first=True),
                    timeout=ANSWER_DEADLINE_S, wait_for_ready=True).entries
            except Refused as refused:
                if refused.code not in UNKNOWN:
                    raise Broken(f"ListEntries: {refused}") from None


class Counter:
    """Acknowledged postings, and a way to wait for more of them."""

    def __init__(self):
        self.count = 0
        self.changed = threading.Condition()
        self.failed = False

    def add(self, count):
        with self.changed:
            self.count += count
            self.changed.notify_all()

    def fail(self):
        with self.changed:
            self.failed = True
            self.changed.notify_all()

    def wait_for(self, count, deadline_s):
        """Whether so many were reached in time and nothing failed."""
        with self.changed:
            return self.changed.wait_for(lambda: self.count >= count or self.failed, deadline_s) and not self.failed


def check_books(workers, programme, client):
    """Every acknowledged posting is there once and says the same; nothing else is there."""
    for worker in workers:
        for member in worker.members:
            found = {}
            entries = programme.entries(member.id)
            if [entry.seq for entry in entries] != list(range(1, len(entries) + 1)):
                raise Broken(f"{member.id} has gaps")
            for entry in entries:
                found.setdefault(entry.request_id, set()).add(entry.transaction_id)
            if found != {request_id: {transaction} for request_id, transaction in member.made.items()}:
                lost, extra = set(member.made) - set(found), set(found) - set(member.made)
                raise Broken(f"{member.id}: lost {lost}, from nowhere {extra}")
            if programme.accounts(member.id) != member.accounts():
                raise Broken(f"{member.id} has {programme.accounts(member.id)}, not {member.accounts()}")
    sums = {}
    for worker in workers:
        for member_id, made in worker.shared_sums.items():
            sums.setdefault(member_id, {}).update(made)
    for member_id, made in sums.items():
        entries = programme.entries(member_id)
        if sorted(entry.request_id for entry in entries) != sorted(made):
            raise Broken(f"{member_id}: {len(entries)} earnings are there, {len(made)} were acknowledged")
        if programme.accounts(member_id) != (sum(made.values()), 0, 0, 0):
            raise Broken(f"{member_id} has {programme.accounts(member_id)}, not {sum(made.values())}")


def replay(workers, client, share, rng):
    """Sends acknowledged requests again: the answer must be the one that was given."""
    count = 0
    for worker in workers:
        for method, request, answer in worker.acknowledged:
            if method == "BatchPost" or rng.random() >= share:
                continue
            again = client.send(method, request)
            if not again.replayed or without_replayed(again) != answer:
                raise Broken(f"{method} {request.request_id} was answered\n{answer}\nand is now answered\n{again}")
            count += 1
    return count
