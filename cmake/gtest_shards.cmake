# A program of GoogleTest as a few tests of ctest, <name>/1 to <name>/<n>: each is a process that runs its share of the
# program's tests, one after the other. One process for each test would start some thousand times, which under sanitizers
# takes longer than most tests.
#
#   stentor_add_gtests(<program> <name> [SHARDS <n>] [TIMEOUT <seconds of the slowest share>])
include(GoogleTest)

option(STENTOR_TESTS_ALONE "Each test of GoogleTest in a process of its own: none may need another before it" OFF)

function(stentor_add_gtests program name)
  cmake_parse_arguments(PARSE_ARGV 2 arg "" "SHARDS;TIMEOUT" "")
  if(NOT arg_SHARDS)
    set(arg_SHARDS 1)
  endif()
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 600)
  endif()
  if(STENTOR_TESTS_ALONE)
    gtest_discover_tests(${program} TEST_PREFIX ${name}/ DISCOVERY_MODE PRE_TEST PROPERTIES TIMEOUT ${arg_TIMEOUT})
    return()
  endif()
  foreach(share RANGE 1 ${arg_SHARDS})
    math(EXPR index "${share} - 1")
    add_test(NAME ${name}/${share} COMMAND ${program})
    set_tests_properties(${name}/${share} PROPERTIES TIMEOUT ${arg_TIMEOUT}
      ENVIRONMENT "GTEST_TOTAL_SHARDS=${arg_SHARDS};GTEST_SHARD_INDEX=${index}")
  endforeach()
endfunction()
