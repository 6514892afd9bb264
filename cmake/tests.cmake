# soothe_test(NAME LIBRARY...): tests/ROOM/test_NAME.c becomes the CTest test ROOM/NAME.
function(soothe_test name)
  get_filename_component(room ${CMAKE_CURRENT_SOURCE_DIR} NAME)
  add_executable(test_${name} test_${name}.c)
  target_include_directories(test_${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests/support)
  target_link_libraries(test_${name} PRIVATE soothe_options PkgConfig::CUNIT ${ARGN})
  add_test(NAME ${room}/${name} COMMAND test_${name})
  set_tests_properties(${room}/${name} PROPERTIES TIMEOUT 120)
endfunction()
