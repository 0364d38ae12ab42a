// Keys are bytes: nothing that a collation would merge is merged.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "storage/testing/conformance.h"
#include "storage/testing/sample_rows.h"

namespace fairpoint::storage::testing {
namespace {

using engine::MemberName;

class KeysConformance : public Conformance {};

// Case, trailing spaces and NULs, and bytes that no character set knows, all tell keys apart.
TEST_F(KeysConformance, KeysAreBytes) {
  const std::string ids[] = {"a",         "A",      "a ",    std::string("a\0", 2),
                             "",          " ",      "\xe4",  "\xc3\xa4",
                             "a\xcc\x88", "84997C", "84997c"};
  engine::WriteSet changes;
  int64_t count = 0;
  for (const std::string& id : ids) {
    ledger::Member member = RowOf<ledger::Member>("sample", id);
    member.available.value = ++count;
    changes.new_members.push_back(member);
    engine::Receipt receipt = RowOf<engine::Receipt>("sample", "member");
    receipt.request_id = base::RequestId(id);
    receipt.outcome = count;
    changes.receipts.push_back(receipt);
    ledger::Identity identity = RowOf<ledger::Identity>("sample", id);
    identity.lookup_hash = id;
    changes.new_identities.push_back(identity);
  }
  ASSERT_OK(Commit(changes));
  auto reader = Reader();
  auto session = Writer();
  ASSERT_OK(session->Begin());
  for (size_t i = 0; i < std::size(ids); ++i) {
    const MemberName name{base::ProgramId("sample"), base::MemberId(ids[i])};
    std::vector<ledger::Member> members;
    EXPECT_OK(reader->FindMembers(One(name), members));
    EXPECT_EQ(members, std::vector<ledger::Member>{changes.new_members[i]});
    std::vector<ledger::Identity> identities;
    EXPECT_OK(reader->LoadIdentitiesOf(One(name), identities));
    EXPECT_EQ(identities, std::vector<ledger::Identity>{changes.new_identities[i]});
    std::vector<engine::Receipt> receipts;
    EXPECT_OK(session->LoadReceipts(
        One(engine::RequestName{name.program_id, base::RequestId(ids[i])}), receipts));
    EXPECT_EQ(receipts, std::vector<engine::Receipt>{changes.receipts[i]});
  }
  // In byte order, as std::string compares.
  std::vector<ledger::Member> all;
  EXPECT_OK(
      reader->ScanMembers({MemberName{base::ProgramId("sampld"), {}}, std::nullopt}, 100, all));
  ASSERT_EQ(all.size(), std::size(ids));
  EXPECT_TRUE(std::ranges::is_sorted(all, {}, &ledger::Member::member_id));
}

}  // namespace
}  // namespace fairpoint::storage::testing
