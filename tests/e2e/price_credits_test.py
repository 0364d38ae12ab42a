"""Price protection on a real server: what falls after an order is owed, once, also after a crash; amounts by the model of prices."""

import collections
import pathlib
import random
import sys
import time

import pytest

from client import message, new_id, refused
from harness import Server, verify, wait_until
from prices import DAY, HOUR, MINUTE, SECOND, Shop, channels_text, member, window
from programme import micros_of, now_micros, program_text

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "model"))
import price_protection  # noqa: E402
from price_book import Book  # noqa: E402
from price_protection import Bought, BoughtLine  # noqa: E402
from price_rules import Channel, Fact, Rules, Shopper  # noqa: E402

REFERENCES = {"amazon": "", "tmall": ""}
PROTECTED = "protection { days: 7 }"
RULES = Rules((Channel("mini", "PRIVATE"), Channel("amazon"), Channel("tmall")), protection=7 * DAY)


@pytest.fixture
def shop(admin):
    return Shop(admin, REFERENCES, prices=PROTECTED)


def credits_of(shop, order_id="", page_size=1_000, **more):
    found, token = [], ""
    while True:
        page = shop.client.ListPriceCredits(program_id=shop.id, order_id=order_id, page_size=page_size, page_token=token, **more)
        found, token = found + list(page.credits), page.next_page_token
        if not token:
            return found


def the_credit(shop, order_id):
    """Waits for an order's first credit."""
    (credit,) = wait_until(lambda: credits_of(shop, order_id), f"a credit of {order_id}")
    return credit


def state_of(credit):
    return message("PriceCredit").State.Name(credit.state)


def mark(shop, credit, **fields):
    return shop.client.MarkPriceCredit(**{"program_id": shop.id, "request_id": new_id(), "order_id": credit.order_id,
                                          "credit_seq": credit.credit_seq, **fields})


# ---- what is owed -----------------------------------------------------------------------------------------


def test_a_late_fact_is_made_good(shop):
    who = shop.member()
    shop.offer("tea", 9_000)
    order = shop.bought({"tea": 3}, member(2), "O1", member_id=who)
    late = shop.fact("tmall", "tea", 7_500, window=window(now_micros() - HOUR))
    credit = the_credit(shop, "O1")
    assert (credit.amount, credit.units, credit.line_number, credit.sku, credit.currency) == (4_500, 3, 1, "tea", "CNY")
    assert (credit.order_id, credit.credit_seq, credit.member_id, state_of(credit)) == ("O1", 1, who, "DUE")
    assert (credit.channel_id, credit.fact_seq, credit.fell_time) == ("tmall", late.seq, order.record_time)
    assert micros_of(credit.record_time) >= micros_of(order.record_time)


def test_what_was_over_before_the_order_is_not_owed(shop):
    shop.offer("tea", 9_000)
    shop.offer("cup", 9_000)
    shop.bought({"tea": 1, "cup": 1}, order_id="O1")
    now = now_micros()
    shop.record(shop.fact_of("tmall", "tea", 5_000, window=window(now - HOUR, now - MINUTE)), shop.fact_of("tmall", "cup", 8_000))
    assert (the_credit(shop, "O1").sku, the_credit(shop, "O1").amount) == ("cup", 1_000)


def test_a_promotion_is_owed_by_the_basket(shop):
    for sku, amount in (("tea", 10_000), ("cup", 20_000)):
        shop.offer(sku, amount)
        shop.fact("tmall", sku, amount)
    shop.bought({"tea": 1, "cup": 1}, order_id="O1")
    shop.promotion("tmall", threshold={"steps": [{"threshold": 30_000, "reduction": 6_000}]})
    found = wait_until(lambda: credits_of(shop, "O1"), "credits")
    assert [(each.line_number, each.amount, each.fact_seq, each.channel_id) for each in found] == [(1, 2_000, 0, "tmall"), (2, 4_000, 0, "tmall")]


def test_a_scheduled_fall_is_owed_when_it_comes(admin):
    shop = Shop(admin, REFERENCES, prices=f"{PROTECTED} clock_tolerance {{ seconds: 1 }}")
    shop.offer("tea", 9_000)
    begin = now_micros() + 5 * SECOND // 2
    fact = shop.fact("tmall", "tea", 8_000, window=window(begin))
    order = shop.bought({"tea": 1}, order_id="O1")
    assert order.total == 9_000
    credit = the_credit(shop, "O1")
    assert (credit.amount, micros_of(credit.fell_time), credit.fact_seq) == (1_000, begin, fact.seq)
    assert micros_of(credit.record_time) >= begin


def test_a_held_fact_is_owed_from_its_own_instant_when_it_is_confirmed(shop):
    shop.offer("tea", 9_000)
    shop.fact("tmall", "tea", 9_000)
    order = shop.bought({"tea": 1}, order_id="O1")
    held = shop.fact("tmall", "tea", 1_000, confirmed=False)
    assert held.state == message("RecordedItem").HELD
    shop.fact("amazon", "tea", 8_900)
    assert the_credit(shop, "O1").amount == 100
    shop.client.ConfirmPriceFact(program_id=shop.id, sku="tea", fact_seq=held.seq)
    wait_until(lambda: len(credits_of(shop, "O1")) == 2, "the second credit")
    second = credits_of(shop, "O1")[1]
    assert (second.amount, second.credit_seq, second.fact_seq, second.fell_time) == (7_900, 2, held.seq, order.record_time)


def test_what_is_withdrawn_may_leave_the_rest_of_a_basket_cheaper(shop):
    """Half off the tea: both cost 150 there, but the tea alone 50."""
    for sku in ("tea", "cup"):
        shop.offer(sku, 10_000)
        shop.fact("tmall", sku, 10_000)
    shop.promotion("tmall", skus=["tea"], percent={"off_bp": 5_000})
    assert shop.bought({"tea": 1, "cup": 1}, order_id="O1").total == 15_000
    shop.withdraw("tmall", sku="cup")
    assert (the_credit(shop, "O1").line_number, the_credit(shop, "O1").amount) == (1, 2_500)


def test_an_order_under_a_longer_protection_than_todays_is_found(admin):
    """What a version promised holds for its orders."""
    shop = Shop(admin, REFERENCES, prices=PROTECTED)
    shop.offer("tea", 9_000)
    order = shop.bought({"tea": 1}, order_id="O1")
    text = program_text(shop.id, channels=channels_text(REFERENCES), effective_from="", prices="protection { seconds: 1 }")
    shop.client.PublishProgram(request_id=new_id(), program_text=text)
    wait_until(lambda: now_micros() > micros_of(order.record_time) + 3 * SECOND, "the shorter protection to be over")
    shop.fact("tmall", "tea", 8_000, window=window(now_micros() - SECOND))
    assert the_credit(shop, "O1").amount == 1_000


# ---- what comes back of it --------------------------------------------------------------------------------


def credited_tea(shop):
    """Three for 27,000, of which 3,000 were credited."""
    shop.offer("tea", 9_000)
    shop.bought({"tea": 3}, order_id="O1")
    shop.fact("tmall", "tea", 8_000)
    assert the_credit(shop, "O1").amount == 3_000


def parts(back):
    return [(each.units, each.amount_minor_units, each.credited_minor_units) for each in back.matched]


def test_a_return_of_units_tells_what_was_credited_for_them(shop):
    credited_tea(shop)
    assert parts(shop.give_back("R1", "O1", [{"line_number": 1, "units": 1}])) == [(1, 9_000, 1_000)]
    assert parts(shop.give_back("R2", "O1", [{"line_number": 1, "units": 2}])) == [(2, 18_000, 2_000)]


def test_a_refund_by_amount_leaves_out_what_was_credited(shop):
    credited_tea(shop)
    told = refused(shop.give_back, "R1", "O1", [{"line_number": 1, "amount_minor_units": 27_000}])
    assert (told.reason, told.metadata["amountLeft"]) == ("RETURN_EXCEEDS_PURCHASE", "24000")
    assert parts(shop.give_back("R2", "O1", [{"line_number": 1, "amount_minor_units": 20_000}])) == [(0, 20_000, 0)]
    assert parts(shop.give_back("R3", "O1", [{"line_number": 1, "units": 1}])) == [(1, 5_000, 1_000)]
    told = refused(shop.give_back, "R4", "O1", [{"line_number": 1, "amount_minor_units": 1}])
    assert (told.reason, told.metadata["amountLeft"]) == ("RETURN_EXCEEDS_PURCHASE", "0")
    assert parts(shop.give_back("R5", "O1", [{"line_number": 1, "units": 2}])) == [(2, 2_000, 2_000)]


def test_without_protection_nothing_is_owed(admin, shop):
    without = Shop(admin, REFERENCES)
    for each in (without, shop):
        each.offer("tea", 9_000)
        each.bought({"tea": 1}, order_id="O1")
        each.fact("tmall", "tea", 8_000)
    assert the_credit(shop, "O1").amount == 1_000
    assert credits_of(without) == []


# ---- by the model -----------------------------------------------------------------------------------------


class Books:
    """Orders of a shop as the model of prices has them."""

    def __init__(self, shop):
        self.shop = shop
        self.bought = {}
        self.owed = collections.Counter()

    def buy(self, order_id, basket):
        answer = self.shop.bought(basket, order_id=order_id)
        lines = [BoughtLine(line.sku, line.quantity, line.amount) for line in answer.lines]
        self.bought[order_id] = Bought(micros_of(answer.record_time), Shopper("mini"), 0, lines)

    def give_back(self, order_id, place, units):
        back = self.shop.give_back(f"R{new_id()}", order_id, [{"line_number": place + 1, "units": units}])
        line = self.bought[order_id].lines[place]
        before, credited = line.paid_for_kept(), line.credited
        self.bought[order_id].give_back(place, units)
        assert parts(back) == [(units, before - line.paid_for_kept(), credited - line.credited)]

    def refund(self, order_id, place, amount):
        self.shop.give_back(f"R{new_id()}", order_id, [{"line_number": place + 1, "amount_minor_units": amount}])
        self.bought[order_id].refund(place, amount)

    def book(self, skus):
        book = Book(RULES)
        for sku in skus:
            for row in self.shop.history(sku, page_size=1_000).rows:
                if row.WhichOneof("row") == "fact":
                    fact, its = row.fact, row.fact.window
                    book.rows.append(Fact(
                        channel_id=fact.channel_id, listing_id=fact.listing_id, sku=sku, source_seq=fact.source_seq, amount=fact.amount,
                        pack=fact.pack, recorded=micros_of(row.record_time), valid_from=micros_of(its.valid_from),
                        valid_until=micros_of(its.valid_until) if its.HasField("valid_until") else None))
        return book

    def look(self, skus):
        """What is owed by now, then the server's credits of it."""
        now, book = micros_of(self.shop.prices(skus).priced_time), self.book(skus)
        for order_id, bought in self.bought.items():
            for place, amount in enumerate(price_protection.credit(book, now, bought)):
                self.owed[order_id, place + 1] += amount
        owed = {name: amount for name, amount in self.owed.items() if amount}
        try:
            wait_until(lambda: self.credited() == owed, "the credits", 10)
        except AssertionError:
            assert self.credited() == owed
            raise

    def credited(self):
        found = collections.Counter()
        for each in credits_of(self.shop):
            found[each.order_id, each.line_number] += each.amount
        return dict(found)


def test_falls_and_partial_returns_as_the_model_has_them(shop):
    seed = time.time_ns()
    print("seed", seed)
    pick, books = random.Random(seed), Books(shop)
    skus = ["tea", "cup", "pot"]
    for sku in skus:
        shop.offer(sku, 10_000)
        shop.fact("tmall", sku, 9_999, pack=pick.choice((1, 2)))
    for number in range(12):
        books.buy(f"O{number}", {sku: pick.randint(1, 7) for sku in pick.sample(skus, pick.randint(1, 3))})
    for last in (False, False, False, True):
        now = now_micros()
        begins = [now - pick.choice((0, SECOND, 10 * SECOND, HOUR)) for _ in skus]
        shop.record(*(shop.fact_of(pick.choice(("amazon", "tmall")), sku, pick.randint(3_000, 12_000), listing_id=pick.choice(("x", "y")),
                                   pack=pick.choice((1, 1, 3)), window=window(begin, pick.choice((None, now + DAY))))
                      for sku, begin in zip(skus, begins)))
        books.look(skus)
        for order_id, bought in books.bought.items():
            place = pick.randrange(len(bought.lines))
            if not last and bought.lines[place].kept() and pick.random() < 0.5:
                books.give_back(order_id, place, pick.randint(1, bought.lines[place].kept()))
            place = pick.randrange(len(bought.lines))
            if not last and bought.lines[place].left() and pick.random() < 0.3:
                books.refund(order_id, place, pick.randint(1, bought.lines[place].left()))
    shop.offer("end", 10_000)
    shop.bought({"end": 1}, order_id="end")
    shop.fact("tmall", "end", 9_000)
    the_credit(shop, "end")
    assert books.credited() == {**{name: amount for name, amount in books.owed.items() if amount}, ("end", 1): 1_000}


# ---- paid, or not -----------------------------------------------------------------------------------------


def test_credits_are_listed_and_marked(shop):
    shop.offer("tea", 9_000)
    for number in range(3):
        shop.bought({"tea": 1}, order_id=f"O{number}")
    shop.fact("tmall", "tea", 8_000)
    wait_until(lambda: len(credits_of(shop)) == 3, "the credits")
    assert [each.order_id for each in credits_of(shop, page_size=1)] == ["O0", "O1", "O2"]
    first, second, _ = credits_of(shop)
    request_id = new_id()
    failed = mark(shop, first, state="FAILED", reason="卡已注销", request_id=request_id)
    assert (state_of(failed), failed.reason, failed.payment_reference, failed.amount) == ("FAILED", "卡已注销", "", 1_000)
    assert mark(shop, first, state="FAILED", reason="卡已注销", request_id=request_id) == failed
    assert state_of(mark(shop, first, state="FAILED", reason="again")) == "FAILED"
    paid = mark(shop, first, state="PAID", payment_reference="wx-1")
    assert (state_of(paid), paid.payment_reference, paid.reason) == ("PAID", "wx-1", "")
    for more in ({"state": "PAID", "payment_reference": "wx-2"}, {"state": "FAILED"}):
        told = refused(mark, shop, first, **more)
        assert (told.code, told.reason, told.metadata["paymentReference"]) == ("FAILED_PRECONDITION", "CREDIT_PAID", "wx-1")
    assert mark(shop, first, state="FAILED", reason="卡已注销", request_id=request_id).order_id == "O0", "it was so answered"
    assert refused(mark, shop, first, state="PAID", payment_reference="x", request_id=request_id).reason == "REQUEST_ID_REUSED"
    mark(shop, second, state="FAILED")
    by_state = {state: [each.order_id for each in credits_of(shop, state=state)] for state in ("DUE", "PAID", "FAILED")}
    assert by_state == {"DUE": ["O2"], "PAID": ["O0"], "FAILED": ["O1"]}
    assert refused(mark, shop, second, credit_seq=2, state="FAILED").reason == "CREDIT_NOT_FOUND"
    assert refused(mark, shop, second, order_id="none", state="FAILED").reason == "CREDIT_NOT_FOUND"


# ---- crashes ----------------------------------------------------------------------------------------------


def test_a_killed_server_goes_on_where_it_was(fresh_store):
    with Server(fresh_store) as server:
        shop = Shop(server.client(reconnect_ms=100), REFERENCES, prices=PROTECTED)
        shop.offer("tea", 9_000)
        for number in range(40):
            shop.bought({"tea": 1}, order_id=f"O{number:02}")
        for amount in (8_000, 7_000):
            shop.fact("tmall", "tea", amount)
            server.kill9()
            server.restart()
            wait_until(lambda: sum(each.amount for each in credits_of(shop)) >= 40 * (9_000 - amount), "all credits")
        sums = collections.Counter()
        for each in credits_of(shop):
            sums[each.order_id] += each.amount
        assert sums == {f"O{number:02}": 2_000 for number in range(40)}
        assert not server.logged("price protection stands still")
    assert "all is well" in verify(fresh_store)


def test_a_fall_after_very_many_writes_is_found(shop, server):
    """More than the journal's rows that are read at once."""
    shop.offer("tea", 9_000)
    for number in range(600):
        shop.fact("tmall", "cup", 1_000 + number)
    shop.bought({"tea": 1}, order_id="O1")
    shop.fact("tmall", "tea", 8_000)
    assert the_credit(shop, "O1").amount == 1_000
    assert not server.logged("price protection stands still")
