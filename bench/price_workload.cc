#include "bench/price_workload.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>

#include <cstring>
#include <mutex>
#include <utility>

#include "bench/buffers.h"
#include "bench/catalogue.h"
#include "bench/spread.h"
#include "bench/template.h"
#include "fairpoint/v1/pricing_service.pb.h"

namespace fairpoint::bench {
namespace {

using google::protobuf::internal::WireFormatLite;

constexpr int kSkusAPage = 100;
constexpr size_t kQuoteIdChars = 15;

void SayShopper(v1::Shopper& shopper) {
  shopper.set_channel_id(std::string(kOwnChannel));
  shopper.set_is_member(true);
  shopper.set_level(1);
}

// A message that begins with the same bytes and repeats a field with a SKU in it.
class SkuList {
 public:
  // `item`: the field once, tag and length before it, about SKU 0.
  SkuList(std::string head, std::string item, int count)
      : head_(std::move(head)),
        item_(std::move(item)),
        count_(static_cast<size_t>(count)),
        sku_at_(item_.find(SkuOf(0))) {}

  // Message n.
  grpc::ByteBuffer Make(const PriceOptions& options, uint64_t n) const {
    return MakeBuffer(head_.size() + count_ * item_.size(), [&](char* out) {
      std::memcpy(out, head_.data(), head_.size());
      out += head_.size();
      for (size_t i = 0; i < count_; ++i, out += item_.size()) {
        std::memcpy(out, item_.data(), item_.size());
        WriteSku(Pick(options.salt, n * count_ + i, options.skus), out + sku_at_);
      }
    });
  }

 private:
  const std::string head_;
  const std::string item_;
  const size_t count_;
  const size_t sku_at_;
};

class PageReads : public Workload {
 public:
  explicit PageReads(const PriceOptions& options)
      : options_(options), requests_(Head(options), Item(), kSkusAPage) {}

  const std::string& method() const override { return method_; }
  int64_t units_per_call() const override { return kSkusAPage; }
  grpc::ByteBuffer Request(uint64_t call) override { return requests_.Make(options_, call); }

  // Reads of each price no more than whether something stands where an obstacle would.
  int64_t Succeeded(uint64_t, grpc::ByteBuffer& answer) override {
    grpc::Slice kept;
    const std::string_view bytes = BytesOf(answer, kept);
    google::protobuf::io::CodedInputStream in(reinterpret_cast<const uint8_t*>(bytes.data()),
                                              static_cast<int>(bytes.size()));
    constexpr uint32_t kPrices = WireFormatLite::MakeTag(v1::GetPricesResponse::kPricesFieldNumber,
                                                         WireFormatLite::WIRETYPE_LENGTH_DELIMITED);
    int64_t succeeded = 0;
    while (const uint32_t tag = in.ReadTag()) {
      if (tag != kPrices) {
        if (!WireFormatLite::SkipField(&in, tag)) break;
        continue;
      }
      uint32_t length = 0;
      if (!in.ReadVarint32(&length)) break;
      const auto outer = in.PushLimit(static_cast<int>(length));
      if (IsSold(in)) ++succeeded;
      in.Skip(in.BytesUntilLimit());
      in.PopLimit(outer);
    }
    return succeeded;
  }

 private:
  static bool IsSold(google::protobuf::io::CodedInputStream& in) {
    uint32_t length = 0;
    return in.ReadTag() != 0 && in.ReadVarint32(&length) && in.Skip(static_cast<int>(length)) &&
           WireFormatLite::GetTagFieldNumber(in.ReadTag()) == v1::PriceTag::kAmountFieldNumber;
  }
  static std::string Head(const PriceOptions& options) {
    v1::GetPricesRequest request;
    request.set_program_id(options.program_id);
    SayShopper(*request.mutable_shopper());
    return request.SerializeAsString();
  }
  static std::string Item() {
    v1::GetPricesRequest request;
    request.add_skus(SkuOf(0));
    return request.SerializeAsString();
  }

  const std::string method_ = "/fairpoint.v1.PricingService/GetPrices";
  const PriceOptions options_;
  const SkuList requests_;
};

class QuoteCalls : public Quotes {
 public:
  explicit QuoteCalls(const PriceOptions& options)
      : options_(options), requests_(Head(options), Item(), options.lines) {}

  const std::string& method() const override { return method_; }
  grpc::ByteBuffer Request(uint64_t call) override { return requests_.Make(options_, call); }

  // The id stands first.
  int64_t Succeeded(uint64_t, grpc::ByteBuffer& answer) override {
    grpc::Slice kept;
    const std::string_view bytes = BytesOf(answer, kept);
    constexpr size_t kTagAndLength = 2;
    if (bytes.size() < kTagAndLength + kQuoteIdChars) return 0;
    const std::lock_guard lock(mutex_);
    quote_ids_.emplace_back(bytes.substr(kTagAndLength, kQuoteIdChars));
    return 1;
  }
  std::vector<std::string> quote_ids() const override { return quote_ids_; }

 private:
  static std::string Head(const PriceOptions& options) {
    v1::QuoteBasketRequest request;
    request.set_program_id(options.program_id);
    SayShopper(*request.mutable_shopper());
    return request.SerializeAsString();
  }
  static std::string Item() {
    v1::QuoteBasketRequest request;
    v1::BasketLine& line = *request.add_lines();
    line.set_sku(SkuOf(0));
    line.set_quantity(2);
    return request.SerializeAsString();
  }

  const std::string method_ = "/fairpoint.v1.PricingService/QuoteBasket";
  const PriceOptions options_;
  const SkuList requests_;
  std::mutex mutex_;
  std::vector<std::string> quote_ids_;
};

class Commits : public Workload {
 public:
  Commits(const PriceOptions& options, std::vector<std::string> quote_ids)
      : options_(options),
        template_(Encoded(options), FirstOrderOf(options.salt)),
        quote_ids_(std::move(quote_ids)) {}

  const std::string& method() const override { return method_; }
  grpc::ByteBuffer Request(uint64_t call) override {
    return MakeBuffer(template_.size(), [&](char* out) {
      template_.Fill(out, quote_ids_[static_cast<size_t>(call)], options_.salt, call);
    });
  }
  int64_t Succeeded(uint64_t, grpc::ByteBuffer& answer) override { return answer.Length() > 0; }

 private:
  static std::string Encoded(const PriceOptions& options) {
    v1::CommitBasketRequest request;
    request.set_program_id(options.program_id);
    request.set_request_id(kRequestHole);
    // A quote's id is as long as a member's.
    request.set_quote_id(kMemberHole);
    request.set_order_id(kOrderHole);
    return request.SerializeAsString();
  }

  const std::string method_ = "/fairpoint.v1.PricingService/CommitBasket";
  const PriceOptions options_;
  const Template template_;
  const std::vector<std::string> quote_ids_;
};

}  // namespace

std::unique_ptr<Workload> MakePageReads(const PriceOptions& options) {
  return std::make_unique<PageReads>(options);
}

std::unique_ptr<Quotes> MakeQuotes(const PriceOptions& options) {
  return std::make_unique<QuoteCalls>(options);
}

std::unique_ptr<Workload> MakeCommits(const PriceOptions& options,
                                      std::vector<std::string> quote_ids) {
  return std::make_unique<Commits>(options, std::move(quote_ids));
}

}  // namespace fairpoint::bench
