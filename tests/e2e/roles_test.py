"""Every method as every role, against the table in docs/roles.md, on a real server."""

import pytest

from client import ROOT, Client, Refused, methods
from harness import ROLES, key_of


def table():
    """{(method, role): may} as docs/roles.md has it."""
    rows = [[cell.strip() for cell in line.strip().strip("|").split("|")]
            for line in (ROOT / "docs" / "roles.md").read_text().splitlines() if line.startswith("|")]
    header = next(row for row in rows if row[0] == "method")
    found = {}
    for row in rows:
        if not row[0].startswith("`"):
            continue
        service, method = row[0].strip("`").split("/")
        assert methods()[method][3] == service
        for role, cell in zip(header, row):
            if role in ROLES:
                assert cell in ("yes", "-"), row
                found[method, role] = cell == "yes"
    return found


def test_the_table_has_every_method_and_every_role():
    assert set(table()) == {(method, role) for method in methods() for role in ROLES}


def test_an_auditor_writes_nothing_and_reads_everything():
    reads = {method for method in methods() if method.startswith(("Get", "List", "Lookup", "Export", "Examine"))}
    assert {method for (method, role), may in table().items() if role == "auditor" and may} == reads


@pytest.mark.parametrize("role", ROLES)
def test_a_role_may_what_the_table_says(server, role):
    with Client(server.address, key=key_of(server.store, role)) as client:
        for method, (_, request, _, _) in methods().items():
            try:
                client.send(method, request())
                code = "OK"
            except Refused as refused:
                code = refused.code
                if code == "PERMISSION_DENIED":
                    assert refused.reason == "ROLE_MAY_NOT"
                    assert refused.metadata == {"role": role, "method": method}
            may = table()[method, role]
            # An empty request is refused for its fields, once the caller may ask at all.
            assert code in (("OK", "INVALID_ARGUMENT") if may else ("PERMISSION_DENIED",)), (method, role, code)


def test_nobody_may_nothing(server):
    with Client(server.address) as client:
        for method, (_, request, _, _) in methods().items():
            with pytest.raises(Refused) as refused:
                client.send(method, request())
            assert (refused.value.code, refused.value.reason) == ("UNAUTHENTICATED", "KEY_MISSING"), method
