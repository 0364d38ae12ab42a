"""What a CSV file of members must come to, computed by Python's own csv, datetime and zoneinfo: no code is shared."""

import csv
import datetime
import io
import zoneinfo

UTC = datetime.timezone.utc
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=UTC)


def micros_of(text, zone):
    """Microseconds since 1970, or None for nothing."""
    if not text.strip():
        return None
    time = datetime.datetime.fromisoformat(text.strip().replace("Z", "+00:00"))
    if time.tzinfo is None:
        time = time.replace(tzinfo=zoneinfo.ZoneInfo(zone), fold=0)
    return (time - EPOCH) // datetime.timedelta(microseconds=1)


def members_of(text, zone="UTC"):
    """Members by first row, of a file whose rows are all good and whose columns have their own names.

    Each is (identities as {(kind, value)}, tags as a set, lots as [(points, earned, expires)])."""
    members = []
    for row in csv.DictReader(io.StringIO(text, newline=""), strict=True):
        identities = {(name.removeprefix("identity_"), value) for name, value in row.items() if name.startswith("identity_") and value}
        joined = [member for member in members if member[0] & identities]
        member = joined[0] if joined else (set(), set(), [])
        if not joined:
            members.append(member)
        for other in joined[1:]:
            for mine, its in zip(member, other):
                mine.update(its) if isinstance(mine, set) else mine.extend(its)
            members.remove(other)
        member[0].update(identities)
        member[1].update(tag.strip() for tag in row.get("tags", "").split(";") if tag.strip())
        if row.get("points"):
            member[2].append((int(row["points"]), micros_of(row["earned_at"], zone), micros_of(row["expires_at"], zone)))
    return members


def totals_of(members):
    """(members, points, lots)"""
    lots = [lot for _, _, its in members for lot in its]
    return len(members), sum(points for points, _, _ in lots), len(lots)


def made_up(count, pick, now=None, identity="+86{}"):
    """A file of so many members with lots of all kinds, written by the pick's luck."""
    out = io.StringIO()
    file = csv.writer(out, lineterminator="\n")
    file.writerow(["identity_phone", "identity_card", "tags", "points", "earned_at", "expires_at"])
    rows = []
    for number in range(count):
        phone = identity.format(13_000_000_000 + number)
        card = f"C,{number}" if pick.random() < 0.5 else ""
        tags = "; ".join(pick.sample(["gold", "silver", "newsletter", "生日月"], pick.randint(0, 3)))
        kinds = [(phone, card)] + ([(phone, ""), ("", card)] if card else [(phone, "")])
        for lot in range(pick.randint(0, 4)):
            earned = pick.choice(["", f"2024-{pick.randint(1, 12):02}-{pick.randint(1, 28):02}", "2025-06-01T12:30:00+08:00"])
            expires = pick.choice(["", "2098-04-01", "2099-12-31T23:59:59.5Z", "2097-01-01 08:00"])
            rows.append((*pick.choice(kinds[:1] if lot == 0 else kinds), tags if pick.random() < 0.5 else "", pick.randint(1, 9_999), earned, expires))
        rows.append((phone, card, tags, "", "", ""))
    pick.shuffle(rows)
    for row in rows:
        file.writerow(row)
    return out.getvalue()
