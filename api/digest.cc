#include "api/digest.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <mutex>
#include <set>
#include <shared_mutex>
#include <unordered_map>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "api/text.h"
#include "base/canonical.h"
#include "base/sha256.h"
#include "google/protobuf/descriptor.h"

namespace fairpoint::api {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// A SHA-256 of one block costs half a microsecond, and most fields are shorter than its result. So
// a short field's digest is the field itself behind a checksum: as telling as a hash (the whole
// request is hashed once, in engine::HashesOf), at a tenth of the cost.
constexpr size_t kChecksumBytes = 4;
constexpr size_t kShortBytesMax = sizeof(base::Hash) - kChecksumBytes - 1;

// FNV-1a, 64 bits, and the upper half of MurmurHash3's finalizer. Only its first four bytes are
// kept of a field in a receipt: to name the field that differs, not to tell whether one does.
uint32_t Checksum(std::string_view bytes) {
  uint64_t sum = 0xcbf29ce484222325U;
  for (const char c : bytes) sum = (sum ^ static_cast<uint8_t>(c)) * 0x100000001b3U;
  sum = (sum ^ (sum >> 33U)) * 0xff51afd7ed558ccdU;
  sum = (sum ^ (sum >> 33U)) * 0xc4ceb9fe1a85ec53U;
  return static_cast<uint32_t>(sum >> 32U);
}

// Up to 27 bytes: checksum, length, the bytes, zeros. More: SHA-256.
base::Hash DigestOfField(std::string_view canonical) {
  if (canonical.size() > kShortBytesMax) return base::Sha256(canonical);
  base::Hash digest{};
  const uint32_t checksum = Checksum(canonical);
  for (size_t i = 0; i < kChecksumBytes; ++i) {
    digest[i] = static_cast<uint8_t>(checksum >> (8U * (kChecksumBytes - 1 - i)));
  }
  digest[kChecksumBytes] = static_cast<uint8_t>(canonical.size());
  std::ranges::copy(canonical, digest.begin() + kChecksumBytes + 1);
  return digest;
}

// A receipt names a field in one byte.
constexpr int kFieldNumberMax = 255;

// How a top-level field of a request is treated, worked out once a type.
struct FieldPlan {
  const FieldDescriptor* field = nullptr;
  uint8_t number = 0;
  bool is_repeated = false;
  const FieldDescriptor* identity = nullptr;  // of a MemberRef: the field that makes it personal
  bool personal = false;                      // always
  bool is_program_id = false;
  bool is_store_id = false;
};
using RequestPlan = std::vector<FieldPlan>;

// Fields that have no canonical form, here or in a message inside; `seen` ends circles.
bool HasFloat(const Descriptor& type, std::set<const Descriptor*>& seen) {
  if (!seen.insert(&type).second) return false;
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor* const field = type.field(i);
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_FLOAT ||
        field->cpp_type() == FieldDescriptor::CPPTYPE_DOUBLE ||
        (field->message_type() != nullptr && HasFloat(*field->message_type(), seen))) {
      return true;
    }
  }
  return false;
}

RequestPlan MakePlan(const Descriptor& type) {
  // Requests that differ would pass for the same: no such proto may serve.
  std::set<const Descriptor*> seen;
  if (HasFloat(type, seen)) std::abort();
  RequestPlan plan;
  std::vector<const FieldDescriptor*> fields;
  fields.reserve(static_cast<size_t>(type.field_count()));
  for (int i = 0; i < type.field_count(); ++i) fields.push_back(type.field(i));
  std::ranges::sort(fields, {}, [](const FieldDescriptor* field) { return field->number(); });
  for (const FieldDescriptor* field : fields) {
    if (field->name() == "request_id") continue;
    if (field->number() > kFieldNumberMax) std::abort();
    FieldPlan one;
    one.field = field;
    one.number = static_cast<uint8_t>(field->number());
    one.is_repeated = field->is_repeated();
    one.is_program_id = field->name() == "program_id";
    one.is_store_id = field->name() == "store_id";
    // What the brand's systems say of a person.
    one.personal = field->name() == "tags";
    if (const Descriptor* message = field->message_type(); message != nullptr) {
      one.personal = message->full_name() == "fairpoint.v1.Identity";
      if (message->full_name() == "fairpoint.v1.MemberRef") {
        one.identity = message->FindFieldByName("identity");
      }
    }
    plan.push_back(one);
  }
  return plan;
}

const RequestPlan& PlanOf(const Descriptor* type) {
  static std::shared_mutex mutex;
  static auto& plans = *new std::unordered_map<const Descriptor*, RequestPlan>();
  // The same type comes again and again on a thread.
  thread_local const Descriptor* last_type = nullptr;
  thread_local const RequestPlan* last_plan = nullptr;
  if (last_type == type) return *last_plan;
  const RequestPlan* plan = nullptr;
  {
    const std::shared_lock lock(mutex);
    if (const auto found = plans.find(type); found != plans.end()) plan = &found->second;
  }
  if (plan == nullptr) {
    const std::unique_lock lock(mutex);
    plan = &plans.try_emplace(type, MakePlan(*type)).first->second;
  }
  last_type = type;
  last_plan = plan;
  return *plan;
}

void Write(const Message& message, base::CanonicalWriter& out);

// index -1: the field is not repeated. The reflection is the message's, got once: getting it costs
// more than a field.
void WriteValue(const Reflection* reflection, const Message& message, const FieldDescriptor* field,
                int index, base::CanonicalWriter& out) {
  const bool repeated = index >= 0;
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT64:
      out.I64(repeated ? reflection->GetRepeatedInt64(message, field, index)
                       : reflection->GetInt64(message, field));
      return;
    case FieldDescriptor::CPPTYPE_INT32:
      out.I64(repeated ? reflection->GetRepeatedInt32(message, field, index)
                       : reflection->GetInt32(message, field));
      return;
    case FieldDescriptor::CPPTYPE_UINT64:
      out.I64(static_cast<int64_t>(repeated ? reflection->GetRepeatedUInt64(message, field, index)
                                            : reflection->GetUInt64(message, field)));
      return;
    case FieldDescriptor::CPPTYPE_UINT32:
      out.I64(repeated ? reflection->GetRepeatedUInt32(message, field, index)
                       : reflection->GetUInt32(message, field));
      return;
    case FieldDescriptor::CPPTYPE_BOOL:
      out.I64((repeated ? reflection->GetRepeatedBool(message, field, index)
                        : reflection->GetBool(message, field))
                  ? 1
                  : 0);
      return;
    case FieldDescriptor::CPPTYPE_ENUM:
      out.I64(repeated ? reflection->GetRepeatedEnumValue(message, field, index)
                       : reflection->GetEnumValue(message, field));
      return;
    case FieldDescriptor::CPPTYPE_STRING: {
      std::string scratch;
      out.Bytes(repeated ? reflection->GetRepeatedStringReference(message, field, index, &scratch)
                         : reflection->GetStringReference(message, field, &scratch));
      return;
    }
    case FieldDescriptor::CPPTYPE_MESSAGE:
      Write(repeated ? reflection->GetRepeatedMessage(message, field, index)
                     : reflection->GetMessage(message, field),
            out);
      return;
    case FieldDescriptor::CPPTYPE_DOUBLE:
    case FieldDescriptor::CPPTYPE_FLOAT:
      // Amounts are whole numbers in this API: MakePlan and the contract test refuse a proto with
      // these.
      std::abort();
  }
}

void WriteField(const Reflection* reflection, const Message& message, const FieldDescriptor* field,
                base::CanonicalWriter& out) {
  if (!field->is_repeated()) {
    WriteValue(reflection, message, field, -1, out);
    return;
  }
  const int count = reflection->FieldSize(message, field);
  out.U32(static_cast<uint32_t>(count));
  for (int i = 0; i < count; ++i) WriteValue(reflection, message, field, i, out);
}

// The set fields by number, each with its number before it; 0 ends the message.
void Write(const Message& message, base::CanonicalWriter& out) {
  const Reflection* const reflection = message.GetReflection();
  std::vector<const FieldDescriptor*> set;
  reflection->ListFields(message, &set);
  for (const FieldDescriptor* field : set) {
    out.U32(static_cast<uint32_t>(field->number()));
    WriteField(reflection, message, field, out);
  }
  out.U32(0);
}

bool IsSet(const Reflection* reflection, const Message& message, const FieldPlan& one) {
  return one.is_repeated ? reflection->FieldSize(message, one.field) > 0
                         : reflection->HasField(message, one.field);
}

bool IsPersonal(const Reflection* reflection, const Message& message, const FieldPlan& one) {
  if (one.identity == nullptr) return one.personal;
  const Message& ref = reflection->GetMessage(message, one.field);
  return ref.GetReflection()->HasField(ref, one.identity);
}

}  // namespace

engine::RequestDigest DigestOf(const Message& request, const FilledIn& filled) {
  const RequestPlan& plan = PlanOf(request.GetDescriptor());
  const Reflection* const reflection = request.GetReflection();
  engine::RequestDigest digest;
  digest.fields.reserve(plan.size());
  for (const FieldPlan& one : plan) {
    base::CanonicalWriter out;
    if (IsSet(reflection, request, one)) {
      WriteField(reflection, request, one.field, out);
      if (IsPersonal(reflection, request, one)) {
        digest.personal.push_back({one.number, std::move(out).bytes()});
        continue;
      }
    } else if (one.is_program_id && !filled.program_id.empty()) {
      out.Bytes(filled.program_id);
    } else if (one.is_store_id && !filled.store_id.empty()) {
      out.Bytes(filled.store_id);
    } else {
      continue;
    }
    digest.fields.push_back({one.number, DigestOfField(out.bytes())});
  }
  return digest;
}

std::string FieldNames(const Descriptor& request, std::string_view numbers) {
  std::string names;
  for (const absl::string_view text : absl::StrSplit(Absl(numbers), ',', absl::SkipEmpty())) {
    int number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    const FieldDescriptor* const field = request.FindFieldByNumber(number);
    if (field != nullptr) absl::StrAppend(&names, names.empty() ? "" : ",", field->name());
  }
  return names;
}

}  // namespace fairpoint::api
