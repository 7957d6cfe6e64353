# room(name DEPS rooms… LIBS libraries…)
#
# Builds src/<name>/*.cpp as a library that can include and link only the rooms it names: each room gets an
# include directory of its own that holds one link per named room, so an include of any other room does not
# resolve. *_test.cpp become the test program <name>_test. tools/check_layers.py checks the same from the text.
function(room name)
  cmake_parse_arguments(ROOM "" "" "DEPS;LIBS;TEST_LIBS" ${ARGN})
  set(here ${CMAKE_CURRENT_SOURCE_DIR}/${name})
  set(view ${CMAKE_BINARY_DIR}/view/${name})
  file(MAKE_DIRECTORY ${view})
  foreach(seen ${name} ${ROOM_DEPS})
    file(CREATE_LINK ${CMAKE_CURRENT_SOURCE_DIR}/${seen} ${view}/${seen} SYMBOLIC)
  endforeach()

  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${here}/*.cpp)
  set(tests ${sources})
  list(FILTER sources EXCLUDE REGEX "(_test|/main)\\.cpp$")
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")

  if(NOT sources)
    return()
  endif()
  set(target parley_${name})
  add_library(${target} STATIC ${sources})
  target_include_directories(${target} PRIVATE ${view})
  target_compile_options(${target} PRIVATE ${PARLEY_WARNINGS})
  foreach(dep ${ROOM_DEPS})
    target_link_libraries(${target} PUBLIC parley_${dep})
  endforeach()
  target_link_libraries(${target} PUBLIC ${ROOM_LIBS})

  if(PARLEY_TESTS AND tests)
    add_executable(${name}_test ${tests})
    target_include_directories(${name}_test PRIVATE ${view})
    target_compile_options(${name}_test PRIVATE ${PARLEY_WARNINGS})
    target_compile_definitions(${name}_test PRIVATE PARLEY_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
    target_link_libraries(${name}_test PRIVATE ${target} ${ROOM_TEST_LIBS} GTest::gmock GTest::gtest_main)
    set_target_properties(${name}_test PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
    add_test(NAME ${name} COMMAND ${name}_test)
    if(PARLEY_SANITIZE)
      # The store's engine then has a C library of its own (src/store/embedded/chdb.cpp): the two must not hand each
      # other the stacks of threads that have ended.
      set_tests_properties(${name} PROPERTIES ENVIRONMENT GLIBC_TUNABLES=glibc.pthread.stack_cache_size=0)
    endif()
  endif()
endfunction()
