"""What an import of examples/three_channel_prices.mapping.textproto must send, said a second time: with decimals and zoneinfo of Python."""

import csv
import datetime
import decimal
import io
import zoneinfo

CHANNELS = (("store", "price_store", "date"), ("amazon", "price_amazon", "date_amazon"), ("online", "price_online", "date"))


def minor_units(text):
    """None where it is no exact amount above 0."""
    try:
        cents = decimal.Decimal(text.strip()) * 100
    except decimal.InvalidOperation:
        return None
    return int(cents) if cents > 0 and cents == cents.to_integral_value() else None


def seconds(text):
    day = datetime.datetime.strptime(text, "%m/%d/%Y")
    return int(day.replace(tzinfo=zoneinfo.ZoneInfo("America/New_York")).timestamp())


def prices_of(text):
    """({(channel, SKU, number): amount} of the first with its number, how many there are in all, missing, (row, channel) of rejects)."""
    found, count, missing, rejects = {}, 0, 0, []
    for row, fields in enumerate(csv.DictReader(io.StringIO(text)), start=2):
        for channel, price, date in CHANNELS:
            if not fields[price].strip():
                missing += 1
                continue
            amount = minor_units(fields[price])
            if amount is None:
                rejects.append((row, channel))
                continue
            count += 1
            name = channel, f"{fields['retailer']}/{fields['sku']}", seconds(fields[date])
            if found.setdefault(name, amount) != amount:
                rejects.append((row, channel))
    return found, count, missing, rejects
