// PricingService.ListPriceCredits.
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "api/errors.h"
#include "api/fields.h"
#include "api/member_lookup.h"
#include "api/page_token.h"
#include "api/price_credits.h"
#include "api/price_reads.h"
#include "base/canonical.h"

namespace fairpoint::api {
namespace {

constexpr int32_t kCreditsMax = 1'000;
constexpr int32_t kCreditsUsual = 100;
constexpr size_t kReadAtOnce = 1'000;
// Of one call: those of other states are read over.
constexpr size_t kReadMax = 20'000;

std::string Stored(const engine::CreditName& name) {
  base::CanonicalWriter out;
  out.Bytes(name.order.order_id).I64(name.credit_seq);
  return std::move(out).bytes();
}
std::optional<engine::CreditName> NameOf(const base::ProgramId& program_id,
                                         std::string_view stored) {
  base::CanonicalReader in(stored);
  engine::CreditName name{{program_id, std::string(in.Bytes())}, in.I64()};
  if (!in.ok() || !in.AtEnd()) return std::nullopt;
  return name;
}

struct Question {
  base::ProgramId program_id;
  std::string order_id;
  v1::PriceCredit::State state{};
  size_t page_size = 0;
};

// The next credits, with how each stands.
class CreditPages {
 public:
  CreditPages(const Source& source, const Question& question)
      : source_(source), question_(question) {}

  // Fills `credits` and `settlements`; fewer than kReadAtOnce: those were the last.
  absl::Status Read(const std::optional<engine::CreditName>& after) {
    if (absl::Status read = ReadCredits(after); !read.ok()) return read;
    std::vector<engine::OrderName> orders;
    for (const pricing::PriceCredit& credit : credits) {
      if (orders.empty() || orders.back().order_id != credit.order_id)
        orders.push_back({question_.program_id, credit.order_id});
    }
    settlements_.clear();
    last_.clear();
    if (orders.empty()) return absl::OkStatus();
    if (absl::Status read = source_.session.LoadCreditSettlements(orders, settlements_); !read.ok())
      return read;
    for (const pricing::CreditSettlement& each : settlements_) {
      const pricing::CreditSettlement*& last = last_[{each.order_id, each.credit_seq}];
      if (last == nullptr || last->settlement_seq < each.settlement_seq) last = &each;
    }
    return absl::OkStatus();
  }

  // Null: there is none.
  const pricing::CreditSettlement* LastOf(const pricing::PriceCredit& credit) const {
    const auto last = last_.find({credit.order_id, credit.credit_seq});
    return last == last_.end() ? nullptr : last->second;
  }

  std::vector<pricing::PriceCredit> credits;

 private:
  absl::Status ReadCredits(const std::optional<engine::CreditName>& after) {
    if (question_.order_id.empty())
      return source_.session.ReadPriceCredits(question_.program_id, after, kReadAtOnce, credits);
    const engine::OrderName order{question_.program_id, question_.order_id};
    if (absl::Status read = source_.session.LoadPriceCredits({&order, 1}, credits); !read.ok())
      return read;
    std::erase_if(credits, [&after](const pricing::PriceCredit& credit) {
      return after && credit.credit_seq <= after->credit_seq;
    });
    return absl::OkStatus();
  }

  const Source& source_;
  const Question& question_;
  std::vector<pricing::CreditSettlement> settlements_;
  std::map<std::pair<std::string_view, int64_t>, const pricing::CreditSettlement*> last_;
};

absl::Status ReadPage(const Source& source, const Question& question, const PageScope& scope,
                      std::optional<engine::CreditName> last, v1::ListPriceCreditsResponse& out) {
  CreditPages pages(source, question);
  for (size_t read = 0; read < kReadMax; read += kReadAtOnce) {
    if (absl::Status status = pages.Read(last); !status.ok()) return status;
    for (const pricing::PriceCredit& credit : pages.credits) {
      v1::PriceCredit one;
      ToProto(credit, pages.LastOf(credit), one);
      const bool is_wanted =
          question.state == v1::PriceCredit::STATE_UNSPECIFIED || question.state == one.state();
      if (is_wanted && static_cast<size_t>(out.credits_size()) == question.page_size) {
        out.set_next_page_token(MakePageToken(source.keyring, scope, Stored(*last)));
        return absl::OkStatus();
      }
      if (is_wanted) out.add_credits()->Swap(&one);
      last = engine::CreditName{{question.program_id, credit.order_id}, credit.credit_seq};
    }
    if (!question.order_id.empty() || pages.credits.size() < kReadAtOnce) return absl::OkStatus();
  }
  out.set_next_page_token(MakePageToken(source.keyring, scope, Stored(*last)));
  return absl::OkStatus();
}

}  // namespace

absl::Status ReadPriceCredits(const Source& source, const v1::ListPriceCreditsRequest& request,
                              v1::ListPriceCreditsResponse& out) {
  Fields fields;
  Question question;
  question.program_id = fields.ProgramId("program_id", request.program_id());
  question.order_id = fields.Reference("order_id", request.order_id());
  question.state = request.state();
  if (!v1::PriceCredit::State_IsValid(request.state()))
    fields.Wrong("state", "must be DUE, PAID, FAILED or absent");
  question.page_size = static_cast<size_t>(
      fields.PageSize("page_size", request.page_size(), kCreditsMax, kCreditsUsual));
  if (!fields.ok()) return fields.status();
  if (absl::Status known = KnowProgram(source, question.program_id); !known.ok()) return known;
  const PageScope scope{"ListPriceCredits", question.program_id,
                        absl::StrCat(static_cast<int>(question.state), "/", question.order_id)};
  std::optional<engine::CreditName> after;
  if (!request.page_token().empty()) {
    const auto stored = ReadPageTokenBytes(source.keyring, scope, request.page_token());
    if (stored) after = NameOf(question.program_id, *stored);
    if (!after) return PageTokenWrong();
  }
  return ReadPage(source, question, scope, std::move(after), out);
}

}  // namespace fairpoint::api
