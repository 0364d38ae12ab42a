#include "storage/tables.h"

namespace fairpoint::storage {

const std::vector<const TableInfo*>& AllTables() {
  static const auto* const tables = new std::vector<const TableInfo*>{
      &InfoOf<ledger::ProgramHead>(),
      &InfoOf<ledger::ProgramVersion>(),
      &InfoOf<ledger::Member>(),
      &InfoOf<ledger::MemberKey>(),
      &InfoOf<ledger::MemberTags>(),
      &InfoOf<ledger::MemberEvent>(),
      &InfoOf<ledger::Identity>(),
      &InfoOf<ledger::Entry>(),
      &InfoOf<ledger::Lot>(),
      &InfoOf<ledger::Hold>(),
      &InfoOf<engine::Reversal>(),
      &InfoOf<engine::Receipt>(),
      &InfoOf<checkout::Placement>(),
      &InfoOf<checkout::OrderReturn>(),
      &InfoOf<checkout::OrderClaim>(),
      &InfoOf<checkout::Order>(),
      &InfoOf<checkout::OrderLine>(),
      &InfoOf<checkout::ReturnPart>(),
      &InfoOf<pricing::PriceFact>(),
      &InfoOf<pricing::Offer>(),
      &InfoOf<pricing::ChannelPromotion>(),
      &InfoOf<pricing::FeedReport>(),
      &InfoOf<pricing::Evidence>(),
      &InfoOf<pricing::PriceCredit>(),
      &InfoOf<pricing::CreditSettlement>(),
      &InfoOf<pricing::PriceHead>(),
      &InfoOf<pricing::ChannelHead>(),
      &InfoOf<pricing::ListingPlace>(),
      &InfoOf<pricing::OfferStock>(),
      &InfoOf<pricing::ProtectedOrder>(),
      &InfoOf<pricing::ProtectedSku>(),
      &InfoOf<engine::FeedCursor>(),
      &InfoOf<engine::JournalLane>(),
      &InfoOf<engine::JournalRow>(),
      &InfoOf<engine::ApiKey>(),
      &InfoOf<MetaRow>(),
      &InfoOf<MigrationRow>(),
  };
  return *tables;
}

}  // namespace fairpoint::storage
