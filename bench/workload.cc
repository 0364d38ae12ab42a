#include "bench/workload.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>

#include <utility>

#include "bench/buffers.h"
#include "bench/spread.h"
#include "bench/template.h"
#include "fairpoint/v1/member_service.pb.h"
#include "fairpoint/v1/order_service.pb.h"
#include "fairpoint/v1/points_service.pb.h"

namespace fairpoint::bench {
namespace {

using google::protobuf::internal::WireFormatLite;

void SayEarn(const WorkloadOptions& options, v1::EarnPointsRequest& earn) {
  earn.set_request_id(kRequestHole);
  earn.mutable_member()->set_member_id(kMemberHole);
  earn.set_points(120);
  earn.set_order_id(kOrderHole);
  earn.set_store_id(options.store_id);
}

// One template a call, for one member.
class SingleCalls : public Workload {
 public:
  SingleCalls(std::string method, const std::string& encoded, const WorkloadOptions& options,
              uint64_t first_order = 0)
      : method_(std::move(method)), template_(encoded, first_order), options_(options) {}

  const std::string& method() const override { return method_; }
  grpc::ByteBuffer Request(uint64_t call) override {
    const std::string& member =
        options_.members[Pick(options_.salt, call, options_.members.size())];
    return MakeBuffer(template_.size(),
                      [&](char* out) { template_.Fill(out, member, options_.salt, call); });
  }
  int64_t Succeeded(uint64_t, grpc::ByteBuffer& answer) override { return answer.Length() > 0; }

 private:
  const std::string method_;
  const Template template_;
  const WorkloadOptions options_;
};

class EmptyCalls : public Workload {
 public:
  const std::string& method() const override { return method_; }
  grpc::ByteBuffer Request(uint64_t) override { return BufferOf(""); }
  int64_t Succeeded(uint64_t, grpc::ByteBuffer&) override { return 1; }

 private:
  const std::string method_ = "/grpc.health.v1.Health/Check";
};

class Batches : public Workload {
 public:
  explicit Batches(const WorkloadOptions& options)
      : options_(options), head_(Head(options)), operation_(Operation(options)) {}

  const std::string& method() const override { return method_; }
  int64_t units_per_call() const override { return options_.batch; }

  grpc::ByteBuffer Request(uint64_t call) override {
    const auto count = static_cast<size_t>(options_.batch);
    return MakeBuffer(head_.size() + count * operation_.size(), [&](char* out) {
      std::memcpy(out, head_.data(), head_.size());
      out += head_.size();
      for (size_t i = 0; i < count; ++i, out += operation_.size()) {
        const uint64_t n = call * count + i;
        operation_.Fill(out, options_.members[Pick(options_.salt, n, options_.members.size())],
                        options_.salt, n);
      }
    });
  }

  // Reads no further into each result than which of its fields is set: that is what tells success.
  int64_t Succeeded(uint64_t, grpc::ByteBuffer& answer) override {
    grpc::Slice kept;
    const std::string_view bytes = BytesOf(answer, kept);
    google::protobuf::io::CodedInputStream in(reinterpret_cast<const uint8_t*>(bytes.data()),
                                              static_cast<int>(bytes.size()));
    constexpr uint32_t kResults = WireFormatLite::MakeTag(
        v1::BatchPostResponse::kResultsFieldNumber, WireFormatLite::WIRETYPE_LENGTH_DELIMITED);
    constexpr uint32_t kPosting = WireFormatLite::MakeTag(
        v1::PostResult::kPostingFieldNumber, WireFormatLite::WIRETYPE_LENGTH_DELIMITED);
    int64_t succeeded = 0;
    uint32_t length = 0;
    while (in.ReadTag() == kResults && in.ReadVarint32(&length)) {
      const auto outer = in.PushLimit(static_cast<int>(length));
      if (in.ReadTag() == kPosting) ++succeeded;
      in.Skip(in.BytesUntilLimit());
      in.PopLimit(outer);
    }
    return succeeded;
  }

 private:
  static std::string Head(const WorkloadOptions& options) {
    v1::BatchPostRequest request;
    request.set_program_id(options.program_id);
    request.set_omit_entries(options.omit_entries);
    return request.SerializeAsString();
  }
  // As it stands inside a batch, tag and length before it. (The order of fields on the wire is
  // free.)
  static std::string Operation(const WorkloadOptions& options) {
    v1::BatchPostRequest request;
    SayEarn(options, *request.add_operations()->mutable_earn_points());
    return request.SerializeAsString();
  }

  const std::string method_ = "/fairpoint.v1.PointsService/BatchPost";
  const WorkloadOptions options_;
  const std::string head_;
  const Template operation_;
};

class Enrolments : public Enrolment {
 public:
  Enrolments(const WorkloadOptions& options, uint64_t count) : options_(options), members_(count) {}

  const std::string& method() const override { return method_; }
  grpc::ByteBuffer Request(uint64_t call) override {
    v1::EnrollMemberRequest request;
    request.set_program_id(options_.program_id);
    request.mutable_request_id()->resize(kRequestIdChars);
    WriteRequestId(options_.salt, call, request.mutable_request_id()->data());
    v1::Identity& identity = *request.add_identities();
    identity.set_kind("card");
    identity.set_value("bench-" + std::to_string(NumberOf(call)));
    return BufferOf(request.SerializeAsString());
  }
  int64_t Succeeded(uint64_t call, grpc::ByteBuffer& answer) override {
    grpc::Slice kept;
    const std::string_view bytes = BytesOf(answer, kept);
    v1::EnrollMemberResponse response;
    if (!response.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return 0;
    // Each call has its own place: no lock.
    members_[NumberOf(call)] = response.member_id();
    return 1;
  }
  const std::vector<std::string>& members() const override { return members_; }
  void Only(std::vector<uint64_t> numbers) override {
    only_ = std::move(numbers);
    // The same ids again would be refused: they name other members now.
    options_.salt = Mix(options_.salt);
  }

 private:
  uint64_t NumberOf(uint64_t call) const {
    return only_.empty() ? call : only_[static_cast<size_t>(call)];
  }

  const std::string method_ = "/fairpoint.v1.MemberService/EnrollMember";
  WorkloadOptions options_;
  std::vector<std::string> members_;
  std::vector<uint64_t> only_;
};

}  // namespace

std::unique_ptr<Workload> MakeEmptyCalls() { return std::make_unique<EmptyCalls>(); }

std::unique_ptr<Workload> MakeEarns(const WorkloadOptions& options) {
  v1::EarnPointsRequest earn;
  earn.set_program_id(options.program_id);
  SayEarn(options, earn);
  return std::make_unique<SingleCalls>("/fairpoint.v1.PointsService/EarnPoints",
                                       earn.SerializeAsString(), options);
}

std::unique_ptr<Workload> MakePurchases(const WorkloadOptions& options) {
  v1::RecordPurchaseRequest purchase;
  purchase.set_program_id(options.program_id);
  purchase.set_request_id(kRequestHole);
  purchase.mutable_member()->set_member_id(kMemberHole);
  purchase.set_order_id(kOrderHole);
  purchase.set_currency("CNY");
  purchase.mutable_source()->set_store_id(options.store_id);
  for (const int64_t amount : {6'000, 4'000, 2'000}) {
    v1::PurchaseLine& line = *purchase.add_lines();
    line.set_sku("69012345" + std::to_string(amount));
    line.set_quantity(1);
    line.set_amount_minor_units(amount);
  }
  return std::make_unique<SingleCalls>("/fairpoint.v1.OrderService/RecordPurchase",
                                       purchase.SerializeAsString(), options,
                                       FirstOrderOf(options.salt));
}

std::unique_ptr<Workload> MakeBatches(const WorkloadOptions& options) {
  return std::make_unique<Batches>(options);
}

std::unique_ptr<Workload> MakeBalanceReads(const WorkloadOptions& options) {
  v1::GetBalanceRequest request;
  request.set_program_id(options.program_id);
  request.mutable_member()->set_member_id(kMemberHole);
  return std::make_unique<SingleCalls>("/fairpoint.v1.PointsService/GetBalance",
                                       request.SerializeAsString(), options);
}

std::unique_ptr<Enrolment> MakeEnrolment(const WorkloadOptions& options, uint64_t count) {
  return std::make_unique<Enrolments>(options, count);
}

}  // namespace fairpoint::bench
