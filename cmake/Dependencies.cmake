# Everything comes from Debian 12; ./dev setup installs it. Link by these names:
#   absl::*  OpenSSL::Crypto  OpenSSL::SSL  SQLite::SQLite3  MySQL::ConnectorCpp  spdlog::spdlog  CLI11::CLI11
#   prometheus-cpp::pull  nlohmann_json::nlohmann_json  GTest::gtest  GTest::gmock  benchmark::benchmark
#   rapidcheck  rapidcheck_gtest  Csv::Csv   (gRPC and protobuf: link fairpoint::proto)
find_package(Threads REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(absl CONFIG REQUIRED)
# Debian ships no protobuf-config.cmake: the module of CMake, and before gRPC, which looks for it too.
find_package(Protobuf MODULE REQUIRED)
find_package(gRPC CONFIG REQUIRED)
find_package(GTest CONFIG REQUIRED)
find_package(benchmark CONFIG REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(spdlog CONFIG REQUIRED)
find_package(CLI11 CONFIG REQUIRED)
find_package(prometheus-cpp CONFIG REQUIRED)
find_package(nlohmann_json CONFIG REQUIRED)
find_package(rapidcheck CONFIG REQUIRED)
find_package(MySQLConnectorCpp REQUIRED)
find_package(Csv REQUIRED)
find_package(Jemalloc REQUIRED)

find_program(FAIRPOINT_PROTOC protoc REQUIRED)
find_program(FAIRPOINT_GRPC_CPP_PLUGIN grpc_cpp_plugin REQUIRED)
# Debian's own Python carries the Debian modules (grpcio, pytest); another may come first in PATH.
find_program(FAIRPOINT_PYTHON python3 PATHS /usr/bin NO_DEFAULT_PATH REQUIRED)
