#include "api/basket_fields.h"

#include "absl/strings/str_cat.h"
#include "pricing/basket.h"

namespace fairpoint::api {

void CheckLine(int index, std::string_view sku, int64_t quantity, Fields& fields) {
  if (!IsLabel(sku)) fields.Wrong(absl::StrCat("lines[", index, "].sku"), kNoLabel);
  if (quantity < 1 || quantity > pricing::kQuantityMax)
    fields.Wrong(absl::StrCat("lines[", index, "].quantity"), "must be 1 to 2,147,483,647");
}

int64_t AmountOrNothing(std::string_view path, int64_t value, Fields& fields) {
  if (value < 0 || value > pricing::kAmountMax) fields.Wrong(path, "must be 0 to 10^14");
  return value;
}

}  // namespace fairpoint::api
