// What tables a database really has, in the words of storage/schema.h.
#ifndef FAIRPOINT_STORAGE_TESTING_SCHEMA_READER_H_
#define FAIRPOINT_STORAGE_TESTING_SCHEMA_READER_H_

#include <map>
#include <ostream>
#include <string>
#include <vector>

#include "storage/driver.h"

namespace fairpoint::storage::testing {

struct ActualColumn {
  std::string name;
  std::string type;  // "bytes" or "number"
  bool nullable = false;
  size_t key_position = 0;  // from 1; 0: not in the primary key

  friend bool operator==(const ActualColumn&, const ActualColumn&) = default;
  friend std::ostream& operator<<(std::ostream& out, const ActualColumn& column) {
    return out << column.name << " " << column.type << (column.nullable ? " null" : "") << " key "
               << column.key_position;
  }
};

// By table, in the order of the columns. Aborts if they cannot be read.
using ActualSchema = std::map<std::string, std::vector<ActualColumn>>;
ActualSchema ReadSchema(Connection& connection);

// The same of what storage/tables.h says.
ActualSchema DescribedSchema();

}  // namespace fairpoint::storage::testing

#endif  // FAIRPOINT_STORAGE_TESTING_SCHEMA_READER_H_
