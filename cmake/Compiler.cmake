# Flags that every one of our targets shares. Warnings are errors on our code only: they are set per
# target by fairpoint_compile_options(), and generated code never calls it.

# Frame pointers cost about 1 % and make profiles and sanitizer stacks whole.
# -pthread for all, because a precompiled header serves only targets with the same flags.
add_compile_options(-fno-omit-frame-pointer -pthread)

# Debug exists to be built often and run under sanitizers: -O1 halves the run, -g1 (lines, no
# locals) shortens compile and link. For a debugger: cmake --preset dev -DCMAKE_CXX_FLAGS_DEBUG="-O0 -g".
set(CMAKE_CXX_FLAGS_DEBUG "-O1 -g1" CACHE STRING "Flags of Debug builds" FORCE)
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O2 -g1 -DNDEBUG" CACHE STRING "Flags of release builds" FORCE)

if(FAIRPOINT_SANITIZE)
  add_compile_options(-fsanitize=${FAIRPOINT_SANITIZE} -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${FAIRPOINT_SANITIZE})
  # g++ 12 reports paths that only its own instrumentation makes; the release build keeps the warning.
  set(FAIRPOINT_SANITIZE_WARNINGS -Wno-maybe-uninitialized)
endif()

if(FAIRPOINT_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  find_program(CCACHE_PROGRAM ccache)
  if(CCACHE_PROGRAM)
    # The sloppiness is what ccache asks for to cache precompiled headers; the base directory and
    # NOHASHDIR let build directories (and clones at the same depth) share hits.
    set(CMAKE_CXX_COMPILER_LAUNCHER
        ${CMAKE_COMMAND} -E env
        CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
        CCACHE_BASEDIR=${CMAKE_SOURCE_DIR}
        CCACHE_NOHASHDIR=true
        ${CCACHE_PROGRAM})
    # Without this ccache cannot see what a precompiled header was made of.
    add_compile_options(-fpch-preprocess)
  endif()
endif()

# Makes warnings errors on `target`, and gives it the include root ("ledger/entry.h").
function(fairpoint_compile_options target)
  target_include_directories(${target} PUBLIC "${CMAKE_SOURCE_DIR}")
  target_compile_options(${target} PRIVATE
    -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror
    -Wno-error=invalid-pch # slower, not wrong
    -Wno-restrict # false alarms on std::string operator+ in g++ 12 (GCC bug 105651)
    ${FAIRPOINT_SANITIZE_WARNINGS})
endfunction()
