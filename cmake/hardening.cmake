# What makes a fault in this program harder to use: tests/server/hardening_test.py reads it in the built server.
# Debian's and Ubuntu's compilers do some of it by themselves; others do not.
option(STENTOR_HARDENING "Compile and link with the compiler's protections" ${PROJECT_IS_TOP_LEVEL})
if(NOT STENTOR_HARDENING)
  return()
endif()

# Position-independent programs, at addresses that differ in each run.
include(CheckPIESupported)
check_pie_supported(LANGUAGES CXX)
# What is linked is bound at the start and read-only from then on; no stack is executable.
add_link_options(-Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack)

if(NOT CMAKE_BUILD_TYPE STREQUAL Debug)  # some of it needs optimisation, and sanitizers see more
  add_compile_options(-fstack-protector-strong -fstack-clash-protection)
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|amd64")
    add_compile_options(-fcf-protection)
  endif()
  # The standard library's own checks of indices, iterators and pointers.
  add_compile_definitions(_GLIBCXX_ASSERTIONS)
  # Some compilers set it already, to a lower level.
  add_compile_options(-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3)
endif()
