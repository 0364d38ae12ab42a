"""Facts as feeds send them: numbers in any order, duplicates, withdrawals, snapshots and holds, on a real server."""

import time

import pytest

from client import Refused, message, new_id, refusal_in
from prices import HOUR, MINUTE, SECOND, TOLERANT, Shop, channels_text, settled, state_of, why, window
from programme import micros_of, now_micros, program_text, timestamp


@pytest.fixture
def shop(admin):
    return Shop(admin)


def test_facts_come_in_any_order_and_twice(shop):
    shop.offer("tea", 10_000)
    begin = now_micros() - HOUR
    sent = [shop.fact_of("tmall", "tea", amount, source_seq=seq, window=window(begin)) for seq, amount in ((3, 9_100), (1, 7_000), (2, 8_000))]
    assert [state_of(item) for item in shop.record(*sent).items] == ["RECORDED"] * 3
    assert shop.price("tea") == 9_100
    again = shop.record(*sent).items
    assert [state_of(item) for item in again] == ["DUPLICATE"] * 3 and [item.seq for item in again] == [2, 3, 4]
    shop.fact("tmall", "tea", 9_900, source_seq=4, window=window(begin))  # a correction
    assert shop.price("tea") == 9_900
    told = why(*shop.record({**sent[0], "amount": 9_101}).items)
    assert (told.code, told.reason, told.metadata["differingFields"]) == ("ALREADY_EXISTS", "SEQUENCE_REUSED", "amount")
    assert shop.price("tea") == 9_900


def test_a_request_again_is_of_duplicates_though_its_windows_began_since(shop):
    now = now_micros()
    begin, end = now + 3 * SECOND // 2, now + MINUTE
    facts = [shop.fact_of("tmall", "tea", 9_000, window=window(end=now + HOUR)), shop.fact_of("tmall", "tea", 8_000, window=window(begin, end))]
    feed = {"channel_id": "tmall", "complete_as_of": timestamp(now)}
    for state in "RECORDED", "DUPLICATE":
        answer = shop.record(*facts, feed=feed)
        assert [state_of(item) for item in answer.items] == [state] * 2 and not answer.HasField("feed_error")
        time.sleep(max(0, begin + SECOND // 10 - now_micros()) / SECOND)
    third = shop.fact_of("tmall", "tea", 8_500, window=window(begin + SECOND, end + SECOND))
    assert [state_of(item) for item in shop.record(*facts, third).items] == ["DUPLICATE"] * 2 + ["REFUSED"]


def test_what_is_withdrawn_does_not_cap_until_a_higher_number_brings_it_back(shop):
    shop.offer("tea", 10_000)
    shop.fact("tmall", "tea", 8_000, source_seq=5)
    shop.fact("tmall", "tea", 9_000, source_seq=6, listing_id="y")
    since = timestamp(now_micros() - 10 * MINUTE)
    assert [state_of(item) for item in shop.withdraw("tmall", source_seq=5, withdrawn_from=since)] == ["RECORDED"]
    assert shop.price("tea") == 9_000
    shop.fact("tmall", "tea", 7_000, source_seq=4)
    assert shop.price("tea") == 9_000
    shop.fact("tmall", "tea", 8_500, source_seq=7)
    assert shop.price("tea") == 8_500
    with pytest.raises(Refused) as told:
        shop.withdraw("tmall", "z")
    assert (told.value.code, told.value.reason) == ("NOT_FOUND", "LISTING_NOT_FOUND")


def test_a_complete_snapshot_over_a_stream_withdraws_what_it_does_not_name(admin):
    shop = Shop(admin, fed=False)
    for channel_id in ("amazon", "store"):
        shop.feed(channel_id)

    def messages(*skus, **more):
        requests = [{"facts": [shop.fact_of("tmall", sku, 8_000)]} for sku in skus] + [{"feed": {
            "channel_id": "tmall", "complete_as_of": timestamp(now_micros() - 5 * MINUTE), "snapshot": True, **more}}]
        return [message("RecordPriceFactsRequest")(program_id=shop.id, **request) for request in requests]
    skus = ["tea", "cup", "pot"]
    for sku in skus:
        shop.offer(sku, 10_000)
    assert shop.client.stream("ImportPriceFacts", messages(*skus))[-1].withdrawn == 0
    assert [shop.price(sku) for sku in skus] == [8_000] * 3
    answers = shop.client.stream("ImportPriceFacts", messages("tea", "pot"))
    assert [state_of(settled(answer.items)) for answer in answers[:-1]] == ["RECORDED"] * 2 and answers[-1].withdrawn == 1
    assert [shop.price(sku) for sku in skus] == [8_000, 10_000, 8_000]
    wrong = messages("tea")
    wrong[0].facts[0].amount = 0
    answers = shop.client.stream("ImportPriceFacts", wrong)
    assert list(why(*answers[0].items).fields) == ["facts[0].amount"]
    assert answers[1].withdrawn == 0 and "FEED_INCOMPLETE" in str(answers[1].feed_error)
    assert [shop.price(sku) for sku in skus] == [8_000, 10_000, 8_000]


@pytest.fixture(name="unfed")
def shop_whose_tmall_said_nothing(admin):
    shop = Shop(admin, fed=False)
    for channel_id in ("amazon", "store"):
        shop.feed(channel_id)
    shop.offer("tea", 10_000)
    shop.offer("cup", 10_000)
    return shop


def snapshot(shop, complete_as_of, *facts, **more):
    """How many listings it withdrew, or why it was refused; and whether it was known."""
    answer = shop.record(*facts, feed={"channel_id": "tmall", "complete_as_of": timestamp(complete_as_of), "snapshot": True, **more})
    return refusal_in(answer.feed_error).reason if answer.HasField("feed_error") else answer.withdrawn, answer.feed_known


def test_an_old_snapshot_again_withdraws_nothing(unfed):
    monday = now_micros() - 30 * MINUTE
    tuesday = monday + 10 * MINUTE
    tea, cup = (unfed.fact_of("tmall", sku, 8_000) for sku in ("tea", "cup"))
    assert snapshot(unfed, monday, tea) == (0, False)
    assert snapshot(unfed, tuesday, tea, cup) == (0, False)
    assert snapshot(unfed, monday, tea) == ("SNAPSHOT_SUPERSEDED", False)
    assert snapshot(unfed, tuesday, tea) == (0, True)
    assert [unfed.price(sku) for sku in ("tea", "cup")] == [8_000, 8_000]


def test_a_snapshot_does_not_speak_of_what_came_after_it(unfed):
    taken = now_micros() - 10 * MINUTE
    unfed.fact("tmall", "tea", 8_000, listing_id="old", source_seq=1)
    unfed.fact("tmall", "tea", 8_500, listing_id="new", source_seq=1, window=window(taken + MINUTE))
    assert snapshot(unfed, taken, unfed.fact_of("tmall", "cup", 9_000)) == (1, False)
    assert unfed.price("tea") == 8_500


def test_a_listing_that_comes_back_needs_a_higher_number(unfed):
    first = now_micros() - 30 * MINUTE
    tea, cup = (unfed.fact_of("tmall", sku, 8_000) for sku in ("tea", "cup"))
    assert snapshot(unfed, first, tea, cup) == (0, False)
    assert snapshot(unfed, first + MINUTE, tea) == (1, False)
    assert snapshot(unfed, first + 2 * MINUTE, tea, cup) == ("FEED_INCOMPLETE", False)
    assert why(*unfed.record(cup).items).reason == "LISTING_WITHDRAWN"
    assert unfed.price("cup") == 10_000
    assert snapshot(unfed, first + 2 * MINUTE, tea, {**cup, "source_seq": unfed.next_seq()}) == (0, False)
    assert unfed.price("cup") == 8_000


def test_a_snapshot_of_nothing_says_so(unfed):
    unfed.fact("tmall", "tea", 8_000)
    taken = now_micros() - 10 * MINUTE
    assert snapshot(unfed, taken) == ("SNAPSHOT_EMPTY", False) and unfed.price("tea") == 8_000
    assert snapshot(unfed, taken, may_be_empty=True) == (1, False) and unfed.price("tea") == 10_000


def test_a_snapshot_goes_before_a_withdrawal_that_is_to_come(unfed):
    unfed.fact("tmall", "tea", 8_000, source_seq=5)
    unfed.withdraw("tmall", source_seq=5, withdrawn_from=timestamp(now_micros() + HOUR))
    assert unfed.price("tea") == 8_000
    assert snapshot(unfed, now_micros() - 10 * MINUTE, unfed.fact_of("tmall", "cup", 9_000)) == (1, False)
    assert unfed.price("tea") == 10_000


def test_a_price_that_falls_far_is_held_for_a_while(admin):
    shop = Shop(admin, prices=f"{TOLERANT} hold_suspicious {{ seconds: 2 }}")
    shop.offer("tea", 10_000)
    shop.fact("tmall", "tea", 9_000)
    item = shop.fact("tmall", "tea", 4_499, confirmed=False)
    until = micros_of(item.held_until)
    assert state_of(item) == "HELD" and abs(until - now_micros() - 2 * SECOND) < SECOND
    assert shop.watch("tea", lambda at: 4_499 if until <= at else 9_000, until + SECOND // 10) == [9_000, 4_499]
    assert state_of(shop.fact("tmall", "tea", 2_250, confirmed=False)) == "RECORDED", "no more than half"


def test_a_held_price_is_confirmed(shop):
    shop.offer("tea", 10_000)
    shop.fact("tmall", "tea", 9_000)
    low = shop.fact_of("tmall", "tea", 100, confirmed=False)
    held = settled(shop.record(low).items)
    assert (state_of(held), shop.price("tea")) == ("HELD", 9_000)
    assert told_again(shop, low) == ("DUPLICATE", held.seq, micros_of(held.held_until))
    confirm = {"program_id": shop.id, "sku": "tea", "fact_seq": held.seq}
    assert state_of(confirmed(shop, confirm)) == "RECORDED" and shop.price("tea") == 100
    assert state_of(confirmed(shop, confirm)) == "DUPLICATE"
    assert told_again(shop, low) == ("DUPLICATE", held.seq, None), "it is not held any more"
    with pytest.raises(Refused) as told:
        confirmed(shop, {**confirm, "fact_seq": 99})
    assert (told.value.code, told.value.reason) == ("NOT_FOUND", "FACT_NOT_FOUND")


def told_again(shop, fact):
    item = settled(shop.record(fact).items)
    return state_of(item), item.seq, micros_of(item.held_until) if item.HasField("held_until") else None


def confirmed(shop, fields):
    return shop.client.ConfirmPriceFact(**fields).item


def test_a_listing_of_very_many_skus_is_withdrawn(shop):
    skus = [f"sku{number}" for number in range(1_001)]
    shop.offer("sku0", 10_000)
    shop.offer("sku1000", 10_000)
    for part in skus[:1_000], skus[1_000:]:
        assert {state_of(item) for item in shop.record(*(shop.fact_of("tmall", sku, 9_000) for sku in part)).items} == {"RECORDED"}
    assert [shop.price(sku) for sku in ("sku0", "sku1000")] == [9_000, 9_000]
    gone = {"source_seq": shop.next_seq(), "withdrawn_from": timestamp(now_micros() - MINUTE)}
    for state in "RECORDED", "DUPLICATE":
        assert [state_of(item) for item in shop.withdraw("tmall", **gone)] == [state] * 1_001
    assert [shop.price(sku) for sku in ("sku0", "sku1000")] == [10_000, 10_000]


def test_a_fact_is_a_duplicate_though_its_store_is_gone(shop):
    fact = shop.fact_of("tmall", "tea", 9_000, scope={"store_id": "S002"})
    assert state_of(settled(shop.record(fact).items)) == "RECORDED"
    text = program_text(shop.id, channels=channels_text(), effective_from="")
    shop.client.PublishProgram(request_id=new_id(), program_text=text.replace("S002", "S003"))
    again = shop.record(fact, feed={"channel_id": "tmall", "complete_as_of": timestamp(now_micros())})
    assert state_of(settled(again.items)) == "DUPLICATE" and not again.HasField("feed_error")
    assert shop.refused_fact("tmall", "tea", 9_000, scope={"store_id": "S002"}).reason == "STORE_UNKNOWN"
