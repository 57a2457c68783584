# Compiles SOURCE and compares what the compiler says with the file's first line (see CMakeLists.txt).
file(STRINGS ${SOURCE} first_line LIMIT_COUNT 1)
execute_process(
  COMMAND ${COMPILER} -std=c++20 -fsyntax-only -fmessage-length=0 -I${INCLUDE} -idirafter ${BOOST_INCLUDE} ${SOURCE}
  RESULT_VARIABLE status ERROR_VARIABLE messages OUTPUT_VARIABLE messages)

if(first_line STREQUAL "// accepted")
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "should compile, but:\n${messages}")
  endif()
elseif(first_line MATCHES "^// refused: (.+)$")
  string(FIND "${messages}" "${CMAKE_MATCH_1}" found)
  if(status EQUAL 0)
    message(FATAL_ERROR "should not compile, but does")
  elseif(found EQUAL -1)
    message(FATAL_ERROR "should say \"${CMAKE_MATCH_1}\", but says:\n${messages}")
  endif()
else()
  message(FATAL_ERROR "the first line is neither \"// accepted\" nor \"// refused: <text>\"")
endif()
