// Which program this is.
#ifndef FAIRPOINT_SERVER_VERSION_H_
#define FAIRPOINT_SERVER_VERSION_H_

namespace fairpoint::server {

inline constexpr char kVersion[] = "0.1.0";

}  // namespace fairpoint::server

#endif  // FAIRPOINT_SERVER_VERSION_H_
