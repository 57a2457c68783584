# How rooms become targets. One object library a room (stentor_<room>), all of them gathered in stentor::stentor.

add_library(stentor_options INTERFACE)
target_compile_options(stentor_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wswitch-enum)
# GCC 12 sees phantom overlaps in std::string's concatenation and in variants (GCC bugs 105329, 105593).
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  target_compile_options(stentor_options INTERFACE -Wno-restrict -Wno-maybe-uninitialized)
endif()
if(STENTOR_SANITIZE)
  add_compile_options(-fsanitize=${STENTOR_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${STENTOR_SANITIZE})
endif()

find_program(STENTOR_MOLD mold)
if(STENTOR_MOLD AND PROJECT_IS_TOP_LEVEL)
  add_link_options(-fuse-ld=mold)
endif()

function(stentor_add_rooms)
  foreach(room IN LISTS STENTOR_ROOMS)
    file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/src/${room}/*.cpp)
    if(NOT sources)
      continue()
    endif()
    add_library(stentor_${room} OBJECT ${sources})
    target_link_libraries(stentor_${room} PRIVATE stentor_options)
    target_include_directories(stentor_${room} PUBLIC
      ${CMAKE_CURRENT_SOURCE_DIR}/src ${CMAKE_CURRENT_SOURCE_DIR}/include)
    target_link_libraries(stentor_${room} PUBLIC
      Boost::headers OpenSSL::SSL OpenSSL::Crypto ZLIB::ZLIB simdjson::simdjson spdlog::spdlog Threads::Threads)
    target_compile_definitions(stentor_${room} PUBLIC BOOST_ASIO_NO_DEPRECATED STENTOR_VERSION="${PROJECT_VERSION}")
  endforeach()
endfunction()

# Links what `target` needs of the given rooms and of every room below them.
function(stentor_link_rooms target)
  set(closed ${ARGN})
  set(open ${ARGN})
  while(open)
    list(POP_FRONT open room)
    foreach(used IN LISTS STENTOR_USES_${room})
      if(NOT used IN_LIST closed)
        list(APPEND closed ${used})
        list(APPEND open ${used})
      endif()
    endforeach()
  endwhile()
  foreach(room IN LISTS closed)
    if(TARGET stentor_${room})
      target_link_libraries(${target} PRIVATE stentor_${room})
    endif()
  endforeach()
endfunction()

function(stentor_add_library)
  add_library(stentor STATIC)
  add_library(stentor::stentor ALIAS stentor)
  foreach(room IN LISTS STENTOR_ROOMS)
    if(TARGET stentor_${room} AND NOT room STREQUAL testing)
      target_sources(stentor PRIVATE $<TARGET_OBJECTS:stentor_${room}>)
    endif()
  endforeach()
  set_target_properties(stentor PROPERTIES LINKER_LANGUAGE CXX)
  target_compile_features(stentor PUBLIC cxx_std_20)
  target_include_directories(stentor PUBLIC
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  target_link_libraries(stentor PUBLIC Boost::headers Threads::Threads
    PRIVATE OpenSSL::SSL OpenSSL::Crypto ZLIB::ZLIB simdjson::simdjson spdlog::spdlog)
endfunction()

# The kit for users' tests: what programs of their own need not carry.
function(stentor_add_test_kit)
  add_library(stentor_test_kit STATIC $<TARGET_OBJECTS:stentor_testing>)
  add_library(stentor::testing ALIAS stentor_test_kit)
  set_target_properties(stentor_test_kit PROPERTIES
    LINKER_LANGUAGE CXX OUTPUT_NAME stentor_testing EXPORT_NAME testing)
  target_link_libraries(stentor_test_kit PUBLIC stentor)
endfunction()
