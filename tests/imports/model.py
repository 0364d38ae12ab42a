"""What a CSV file of orders must come to, computed by Python's own csv, decimal and zoneinfo: no code is shared."""

import csv
import datetime
import decimal
import io
import zoneinfo

UTC = datetime.timezone.utc


def orders_of(text, columns, zone, return_prefix, minor_digits=2):
    """(counts, orders as they apply) of a file whose rows are all good. columns: order, time, customer, sku, quantity, price.

    An order is (number, is return, customer, microseconds since 1970, [(sku, units, amount in minor units)])."""
    zone = zoneinfo.ZoneInfo(zone)
    counts = {"rows": 0, "rows_without_customer": 0, "rows_without_units": 0}
    orders = {}
    for row in csv.DictReader(io.StringIO(text, newline=""), strict=True):
        counts["rows"] += 1
        number, time, customer, sku, quantity, price = (row[column] for column in columns)
        if not customer.strip():
            counts["rows_without_customer"] += 1
            continue
        local = datetime.datetime.strptime(time, "%Y-%m-%d %H:%M:%S").replace(tzinfo=zone, fold=0)
        micros = int((local - datetime.datetime(1970, 1, 1, tzinfo=UTC)) / datetime.timedelta(microseconds=1))
        is_return = number.startswith(return_prefix)
        order = orders.setdefault(number, (micros, len(orders), number, is_return, customer, []))
        units = int(quantity)
        if units == 0 or (units < 0 and not is_return):
            counts["rows_without_units"] += 1
            continue
        exact = abs(units) * decimal.Decimal(price) * 10**minor_digits
        order[5].append((sku, abs(units), int(exact.quantize(decimal.Decimal(1), decimal.ROUND_HALF_UP))))
    sent = [order for order in sorted(orders.values()) if order[5]]
    counts["orders"] = len(orders)
    counts["purchases"] = sum(not order[3] for order in sent)
    counts["returns"] = sum(order[3] for order in sent)
    counts["members"] = len({order[4] for order in sent})
    return counts, [(number, is_return, customer, micros, lines) for micros, _, number, is_return, customer, lines in sent]


def points_of(orders):
    """What the purchases earn at one point for 100 minor units."""
    return sum(sum(amount for _, _, amount in lines) // 100 for _, is_return, _, _, lines in orders if not is_return)


def shares(whole, weights):
    """By largest remainder, ties to the earlier."""
    total = sum(weights)
    if total == 0:
        return [0] * len(weights)
    floors = [whole * weight // total for weight in weights]
    order = sorted(range(len(weights)), key=lambda place: (-(whole * weights[place] % total), place))
    for place in order[:whole - sum(floors)]:
        floors[place] += 1
    return floors


def books_of(orders):
    """(points by customer, counts) after orders in the order in which they apply, at one point for 100 minor units."""
    points, bought = {}, {}
    counts = {"units_matched": 0, "units_unmatched": 0, "points_earned": 0, "points_taken_back": 0}
    for place, (_, is_return, customer, micros, lines) in enumerate(orders):
        points.setdefault(customer, 0)
        if not is_return:
            earned = sum(amount for _, _, amount in lines) // 100
            points[customer] += earned
            counts["points_earned"] += earned
            of_lines = shares(earned, [amount for _, _, amount in lines])
            for number, ((sku, units, _), share) in enumerate(zip(lines, of_lines)):
                bought.setdefault((customer, sku), []).append([(micros, place, number), units, share, 0])
            continue
        for sku, units, _ in lines:
            for line in sorted(bought.get((customer, sku), []), reverse=True):
                _, quantity, share, returned = line
                took = min(units, quantity - returned)
                units -= took
                back = share * (returned + took) // quantity - share * returned // quantity
                line[3] += took
                points[customer] -= back
                counts["units_matched"] += took
                counts["points_taken_back"] += back
            counts["units_unmatched"] += units
    counts["points_outstanding"] = counts["points_earned"] - counts["points_taken_back"]
    return points, counts
