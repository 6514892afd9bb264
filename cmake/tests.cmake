# soothe_test(NAME LIBRARY...): tests/ROOM/test_NAME.c becomes the target test_ROOM_NAME and the CTest test ROOM/NAME with
# the label `unit`: a program of its own that needs nothing else. It may include what is internal to src/ROOM.
#
# The target tests_ROOM builds those of one room. SOOTHE_TEST_WRAPPER, a list, is put before the command of each of them: valgrind and its options.
set(SOOTHE_TEST_WRAPPER "" CACHE STRING "Command that runs the unit tests, e.g. valgrind;--error-exitcode=99")

function(soothe_test name)
  get_filename_component(room ${CMAKE_CURRENT_SOURCE_DIR} NAME)
  set(target test_${room}_${name})
  add_executable(${target} test_${name}.c)
  target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR}/tests/support ${PROJECT_SOURCE_DIR}/src/${room})
  target_link_libraries(${target} PRIVATE soothe_options PkgConfig::CUNIT ${ARGN})
  add_test(NAME ${room}/${name} COMMAND ${SOOTHE_TEST_WRAPPER} $<TARGET_FILE:${target}>)
  set_tests_properties(${room}/${name} PROPERTIES LABELS unit TIMEOUT 900)
  if(NOT TARGET tests_${room})
    add_custom_target(tests_${room})
  endif()
  add_dependencies(tests_${room} ${target})
endfunction()
