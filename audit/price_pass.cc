#include "audit/price_pass.h"

#include <set>

#include "audit/channel_pass.h"
#include "audit/credit_pass.h"
#include "audit/evidence_pass.h"
#include "audit/listing_check.h"
#include "audit/protected_check.h"
#include "audit/sku_pass.h"

namespace fairpoint::audit {

absl::Status CheckPrices(Context& context) {
  ListingCheck listings(context);
  std::set<engine::ChannelName> channels;
  if (absl::Status checked = CheckSkus(context, listings, channels); !checked.ok()) return checked;
  if (absl::Status checked = CheckChannels(context, channels); !checked.ok()) return checked;
  if (absl::Status checked = listings.Check(channels); !checked.ok()) return checked;
  if (absl::Status checked = CheckEvidence(context); !checked.ok()) return checked;
  if (absl::Status checked = CheckProtectedOrders(context); !checked.ok()) return checked;
  return CheckCredits(context);
}

}  // namespace fairpoint::audit
