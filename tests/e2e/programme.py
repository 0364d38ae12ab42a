"""Programmes, members and postings as tests want them: short."""

import os
import time

from client import new_id


CHANNELS = 'channels { channel_id: "mini" display_name: "Mini-program" role: PRIVATE }'


def program_text(program_id, pending="release: AT_ONCE", expiry="after { months: 12 }", debt="take_back: UNLIMITED",
                 returns="", hold_default="", points="", orders="", effective_from="2020-01-01T00:00:00+08:00", rate=(1, 100), currency="CNY", zone="Asia/Shanghai",
                 channels=CHANNELS, prices=""):
    return f"""\
program_id: "{program_id}"
display_name {{ zh_hans: "会员" en: "Members" }}
currency: "{currency}"
time_zone: "{zone}"
{f'effective_from: "{effective_from}"' if effective_from else ''}
point_name {{ zh_hans: "积分" en: "points" }}
stores {{ store_id: "S001" display_name: "Nanjing Road" legal_entity: "LE-SH" region: "east" }}
stores {{ store_id: "S002" display_name: "Chunxi Road" legal_entity: "LE-CD" region: "west" }}
{channels}
points {{
  base_rate {{ points: {rate[0]} per_minor_units: {rate[1]} }}
  expiry {{ {expiry} }}
  pending {{ {pending} }}
  debt {{ {debt} }}
  returns {{ {returns} }}
  {f'hold_default {{ {hold_default} }}' if hold_default else ''}
  {points}
}}
{f'orders {{ {orders} }}' if orders else ''}
{f'prices {{ {prices} }}' if prices else ''}
"""


class Programme:
    """A published programme and short ways to post to it."""

    _count = 0

    def __init__(self, client, program_id=None, **rules):
        Programme._count += 1
        self.client = client
        self.id = program_id or f"p{os.getpid()}-{Programme._count}"
        self.text = program_text(self.id, **rules)
        self.version = client.PublishProgram(request_id=new_id(), program_text=self.text).version

    def member(self, *identities):
        """Enrols; without identities: somebody new."""
        identities = identities or ({"kind": "wechat_unionid", "value": new_id()},)
        return self.client.EnrollMember(program_id=self.id, request_id=new_id(), identities=identities).member_id

    def common(self, fields):
        return {"program_id": self.id, "request_id": new_id(), **fields}

    def earn(self, member_id, points, **fields):
        return self.client.EarnPoints(**self.common({"member": {"member_id": member_id}, "points": points, **fields})).transaction

    def redeem(self, member_id, points, **fields):
        return self.client.RedeemPoints(**self.common({"member": {"member_id": member_id}, "points": points, **fields})).transaction

    def hold(self, member_id, points, **fields):
        return self.client.HoldPoints(**self.common({"member": {"member_id": member_id}, "points": points, **fields})).transaction

    def capture(self, hold_id, **fields):
        return self.client.CaptureHold(**self.common({"hold_id": hold_id, **fields})).transaction

    def release(self, hold_id, **fields):
        return self.client.ReleaseHold(**self.common({"hold_id": hold_id, **fields})).transaction

    def reverse(self, entry_id, **fields):
        return self.client.ReverseEntry(**self.common({"entry_id": entry_id, "reason": "returned", **fields}))

    def transfer(self, giver, taker, points, **fields):
        return self.client.TransferPoints(**self.common({"member": {"member_id": giver}, "to_member": {"member_id": taker}, "points": points,
                                                         **fields})).transaction

    def adjust(self, member_id, points, **fields):
        return self.client.AdjustPoints(**self.common({"member": {"member_id": member_id}, "points": points, "reason": "correction", **fields})).transaction

    def merge(self, source, target, **fields):
        return self.client.MergeMembers(**self.common({"source_member_id": source, "target_member_id": target, "reason": "one person", **fields}))

    def erase(self, member_id, **fields):
        return self.client.EraseMember(**self.common({"member_id": member_id, "reason": "asked to", **fields}))

    def balance(self, member_id, **times):
        return self.client.GetBalance(program_id=self.id, member={"member_id": member_id}, **times)

    def expiries(self, member_id):
        """[(expiry in microseconds or None, points)]"""
        return [(micros_of(e.expire_time) if e.HasField("expire_time") else None, e.points) for e in self.balance(member_id).expiries]

    def accounts(self, member_id):
        """(available, pending, held, debt)"""
        return accounts(self.balance(member_id).balance)

    def entries(self, member_id, page_size=1000):
        found, token = [], ""
        while True:
            page = self.client.ListEntries(program_id=self.id, member={"member_id": member_id}, page_size=page_size, page_token=token)
            found += page.entries
            token = page.next_page_token
            if not token:
                return found


def accounts(balance):
    return (balance.available, balance.pending, balance.held, balance.debt)


def without_replayed(answer):
    """An answer as it was given first."""
    copy = type(answer).FromString(answer.SerializeToString())
    copy.replayed = False
    return copy


def micros_of(timestamp):
    return timestamp.seconds * 1_000_000 + timestamp.nanos // 1000


def timestamp(micros):
    return {"seconds": micros // 1_000_000, "nanos": micros % 1_000_000 * 1000}


def now_micros():
    return time.time_ns() // 1000
