"""Programme files with faults: all are listed with their lines, and nothing is published."""

import pytest

from client import Refused, new_id, refused
from programme import program_text


def line_of(text, part):
    return next(number for number, line in enumerate(text.splitlines(), 1) if part in line)


def faults_of(admin, text):
    told = refused(admin.PublishProgram, request_id=new_id(), program_text=text)
    assert (told.code, told.reason) == ("INVALID_ARGUMENT", "PROGRAM_FAULTS")
    return told


def test_all_faults_of_a_programme_file_are_listed_with_their_lines(admin):
    text = program_text("faulty", expiry="after { months: -3 }", pending="release: AFTER_PERIOD",
                        debt="take_back: WITHIN_BALANCE deduct_minor_units: 5")
    for good, bad in (('currency: "CNY"', 'currency: "yuan"'), ('"Asia/Shanghai"', '"Asia/Nowhere"'), ('"S002"', '"S001"'),
                      ("role: PRIVATE", "role: PUBLIC"), ("rate { points: 1 ", "rate { points: 0 "),
                      ("point_name {", "no_such_field: 1\npoint_name {")):
        assert good in text
        text = text.replace(good, bad)
    told = faults_of(admin, text)
    lines = {line_of(text, part) for part in ('"yuan"', "Nowhere", "Chunxi", "PUBLIC", "points: 0", "months: -3", "AFTER_PERIOD",
                                              "deduct_minor", "no_such_field")}
    named = {int(word) for field in told.fields for word in field.replace(":", " ").split() if word.isdigit()}
    assert lines <= named, (lines, told.fields)
    with pytest.raises(Refused):
        admin.GetProgram(program_id="faulty")


@pytest.mark.parametrize("bad", ["release: AT_NOON", "release: 77"])
def test_an_unknown_enum_value_in_a_programme_file(admin, bad):
    text = program_text("enum", pending=bad)
    told = faults_of(admin, text)
    assert any(str(line_of(text, bad)) in field for field in told.fields), told.fields


def test_a_file_that_is_no_programme(admin):
    for text in ("", "{{{{", "\x00\x01", "hello world"):
        assert faults_of(admin, text).fields
    told = refused(admin.PublishProgram, request_id=new_id(), program_text="# " + "x" * (1 << 20))
    assert told.code == "INVALID_ARGUMENT"


def test_a_later_version_does_not_begin_in_the_past_nor_change_the_currency(admin, programme):
    told = refused(admin.PublishProgram, request_id=new_id(), program_text=programme.text.replace("2020-01-01", "2021-01-01"))
    assert (told.code, told.reason) == ("FAILED_PRECONDITION", "PROGRAM_CHANGE_REFUSED")
    text = program_text(programme.id, effective_from="").replace("CNY", "USD")
    assert refused(admin.PublishProgram, request_id=new_id(), program_text=text).reason == "PROGRAM_CHANGE_REFUSED"
    assert admin.GetProgram(program_id=programme.id).version == 1


def test_before_a_programme_begins_it_is_told_when(admin):
    text = program_text("later", effective_from="2020-01-01T00:00:00+08:00")
    admin.PublishProgram(request_id=new_id(), program_text=text)
    told = refused(admin.GetProgram, program_id="later", at_time={"seconds": 1_500_000_000})
    assert (told.code, told.reason) == ("NOT_FOUND", "PROGRAM_NOT_FOUND")
    assert "programme later begins at 2019-12-31T16:00:00" in told.text, told.text
