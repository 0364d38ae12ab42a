// Fields that requests about baskets share.
#ifndef FAIRPOINT_API_BASKET_FIELDS_H_
#define FAIRPOINT_API_BASKET_FIELDS_H_

#include <cstdint>
#include <string_view>

#include "api/fields.h"

namespace fairpoint::api {

// Of a line: its SKU and how many units, under "lines[index]".
void CheckLine(int index, std::string_view sku, int64_t quantity, Fields& fields);
// Money that may be nothing, but not more than a price can be.
int64_t AmountOrNothing(std::string_view path, int64_t value, Fields& fields);

}  // namespace fairpoint::api

#endif  // FAIRPOINT_API_BASKET_FIELDS_H_
