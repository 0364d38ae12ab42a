# How rooms, tests and programs are declared. Sources are always listed, never globbed.

# All programs that are no tests.
add_custom_target(programs)

# Rooms without gRPC.
set(FAIRPOINT_CORE_ROOMS base ledger pricing checkout engine storage audit)

# fairpoint_library(ledger SRCS chain.cc chain.h ... DEPS fairpoint::base absl::status)
# One static library a room: fairpoint_ledger, also known as fairpoint::ledger. DEPS are public.
# A room of headers only becomes an interface library.
function(fairpoint_library room)
  cmake_parse_arguments(PARSE_ARGV 1 ARG "" "" "SRCS;DEPS;PRIVATE_DEPS")
  set(target fairpoint_${room})
  if(ARG_SRCS MATCHES "\\.cc(;|$)")
    add_library(${target} STATIC ${ARG_SRCS})
    fairpoint_compile_options(${target})
    target_link_libraries(${target} PUBLIC ${ARG_DEPS} PRIVATE ${ARG_PRIVATE_DEPS})
  else()
    add_library(${target} INTERFACE)
    target_include_directories(${target} INTERFACE "${CMAKE_SOURCE_DIR}")
    target_link_libraries(${target} INTERFACE ${ARG_DEPS})
  endif()
  add_library(fairpoint::${room} ALIAS ${target})
endfunction()

# fairpoint_executable(fairpoint SRCS main.cc DEPS fairpoint::server)
function(fairpoint_executable name)
  cmake_parse_arguments(PARSE_ARGV 1 ARG "" "" "SRCS;DEPS")
  add_executable(${name} ${ARG_SRCS})
  fairpoint_compile_options(${name})
  target_link_libraries(${name} PRIVATE ${ARG_DEPS})
  add_dependencies(programs ${name})
endfunction()

# What nearly every test includes costs 3 s a file; precompiled once it costs a third. A test must still include what
# it uses: clang-tidy compiles without it.
add_library(fairpoint_test_pch STATIC "${CMAKE_SOURCE_DIR}/cmake/test_pch.cc")
fairpoint_compile_options(fairpoint_test_pch)
target_link_libraries(fairpoint_test_pch PUBLIC
  GTest::gmock GTest::gtest rapidcheck rapidcheck_gtest absl::statusor absl::strings)
target_precompile_headers(fairpoint_test_pch PRIVATE
  <algorithm> <cstdint> <functional> <map> <memory> <optional> <set> <string> <string_view> <utility> <variant> <vector>
  <gmock/gmock.h> <gtest/gtest.h> <rapidcheck.h> <rapidcheck/gtest.h>
  <absl/status/statusor.h> <absl/strings/str_cat.h>)

# fairpoint_test(ledger_chain_test SRCS chain_test.cc LIBS fairpoint::ledger [LABELS fast] [TIMEOUT 60])
#
# One program of GoogleTest (with GMock and rapidcheck at hand), one CTest entry. Labels:
#   fast   milliseconds, the default        mysql  runs against a private MariaDB, started for it
#   crash  kills processes                  sim    the simulation
#   e2e    the real binary                  mariadb  of the script that starts one
#   tsan   is also built and run under ThreadSanitizer
# A fast test of a room without gRPC is labelled `core` too: that is what the sanitizer build builds (gRPC's
# headers under sanitizers would double the time of CI); all others run in the release build.
# Every test finds FAIRPOINT_BIN (the server binary), FAIRPOINT_SOURCE_DIR and FAIRPOINT_BUILD_DIR in its
# environment; a mysql test also what tests/mariadb/with_mariadb.py promises. It runs in the source folder.
function(fairpoint_test name)
  cmake_parse_arguments(PARSE_ARGV 1 ARG "" "TIMEOUT" "SRCS;LIBS;LABELS;ARGS;ENV")
  add_executable(${name} ${ARG_SRCS})
  fairpoint_compile_options(${name})
  target_link_libraries(${name} PRIVATE
    ${ARG_LIBS} GTest::gmock_main GTest::gmock GTest::gtest rapidcheck rapidcheck_gtest)
  target_precompile_headers(${name} REUSE_FROM fairpoint_test_pch)
  fairpoint_register_test(${name} PROGRAM ${name} LABELS ${ARG_LABELS} TIMEOUT ${ARG_TIMEOUT}
    COMMAND $<TARGET_FILE:${name}> ${ARG_ARGS} ENV ${ARG_ENV})
endfunction()

# fairpoint_python_test(crash_test FILE tests/crash/crash_test.py LABELS crash [NEEDS fairpoint] [ENV A=b])
# A pytest file, run by Debian's Python. NEEDS are targets that it drives: they are built with its label.
function(fairpoint_python_test name)
  cmake_parse_arguments(PARSE_ARGV 1 ARG "" "FILE;TIMEOUT" "LABELS;NEEDS;ENV")
  cmake_path(ABSOLUTE_PATH ARG_FILE NORMALIZE)
  add_custom_target(${name} DEPENDS ${ARG_NEEDS})
  fairpoint_register_test(${name} PROGRAM ${name} LABELS ${ARG_LABELS} TIMEOUT ${ARG_TIMEOUT}
    COMMAND ${FAIRPOINT_PYTHON} -B -m pytest -q -rs -p no:cacheprovider --rootdir=${CMAKE_SOURCE_DIR}
      --junitxml=${CMAKE_BINARY_DIR}/reports/${name}.xml ${ARG_FILE}
    ENV ${ARG_ENV})
endfunction()

# fairpoint_register_test(name PROGRAM target LABELS ... COMMAND ...): what the two above share.
# Building the target tests_<label> builds all that `ctest -L <label>` runs; tests_release
# all that are not core, and tests_fast_grpc those of them that are fast.
function(fairpoint_register_test name)
  cmake_parse_arguments(PARSE_ARGV 1 ARG "" "PROGRAM;TIMEOUT" "LABELS;COMMAND;ENV")
  if(NOT ARG_LABELS)
    set(ARG_LABELS fast)
  endif()
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 120)
  endif()
  cmake_path(RELATIVE_PATH CMAKE_CURRENT_SOURCE_DIR BASE_DIRECTORY "${CMAKE_SOURCE_DIR}" OUTPUT_VARIABLE folder)
  string(REGEX REPLACE "/.*" "" room "${folder}")
  if(room IN_LIST FAIRPOINT_CORE_ROOMS AND "fast" IN_LIST ARG_LABELS)
    list(APPEND ARG_LABELS core)
  endif()
  set(targets ${ARG_LABELS})
  if(NOT "core" IN_LIST ARG_LABELS)
    if("fast" IN_LIST ARG_LABELS)
      list(APPEND targets fast_grpc)
    endif()
    list(APPEND targets release)
  endif()
  if("mysql" IN_LIST ARG_LABELS)
    set(ARG_COMMAND ${FAIRPOINT_PYTHON} -B ${CMAKE_SOURCE_DIR}/tests/mariadb/with_mariadb.py
      --template-dir ${CMAKE_SOURCE_DIR}/build/mariadb -- ${ARG_COMMAND})
  endif()
  set(env
    GTEST_OUTPUT=xml:${CMAKE_BINARY_DIR}/reports/${name}.xml
    FAIRPOINT_BIN=${CMAKE_BINARY_DIR}/server/fairpoint
    FAIRPOINT_SOURCE_DIR=${CMAKE_SOURCE_DIR}
    FAIRPOINT_BUILD_DIR=${CMAKE_BINARY_DIR}
    ${ARG_ENV})
  add_test(NAME ${name} COMMAND ${ARG_COMMAND} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
  set_tests_properties(${name} PROPERTIES
    LABELS "${ARG_LABELS}"
    TIMEOUT ${ARG_TIMEOUT}
    ENVIRONMENT "${env}")
  # These load the machine or time it; two at once would only prove that it is busy.
  foreach(label IN ITEMS crash sim e2e)
    if(label IN_LIST ARG_LABELS)
      set_tests_properties(${name} PROPERTIES RUN_SERIAL ON)
    endif()
  endforeach()
  foreach(label IN LISTS targets)
    if(NOT TARGET tests_${label})
      add_custom_target(tests_${label})
    endif()
    add_dependencies(tests_${label} ${ARG_PROGRAM})
  endforeach()
endfunction()

# For targets most of whose files include gRPC, tests too: compiles them with fairpoint::proto's precompiled header.
function(fairpoint_use_grpc_pch target)
  set_property(TARGET ${target} PROPERTY PRECOMPILE_HEADERS_REUSE_FROM fairpoint_proto)
endfunction()
