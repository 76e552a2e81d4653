# The target check_headers compiles every header of chassis/, contracts/ and services/ alone, so that each includes what
# it uses. It is built on demand: `cmake --build build/dev --target check_headers`.
function(neighborhood_check_headers)
    file(GLOB_RECURSE headers CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR}
        ${PROJECT_SOURCE_DIR}/chassis/*.hpp ${PROJECT_SOURCE_DIR}/contracts/*.hpp ${PROJECT_SOURCE_DIR}/services/*.hpp)
    set(sources)
    foreach(header IN LISTS headers)
        set(source ${PROJECT_BINARY_DIR}/check_headers/${header}.cpp)
        file(CONFIGURE OUTPUT ${source} CONTENT "#include \"${header}\"  // IWYU pragma: keep\n")
        list(APPEND sources ${source})
    endforeach()
    add_library(check_headers OBJECT EXCLUDE_FROM_ALL ${sources})
    target_include_directories(check_headers PRIVATE ${PROJECT_SOURCE_DIR})
    target_link_libraries(check_headers PRIVATE Boost::headers Threads::Threads)
    if(NEIGHBORHOOD_TESTS)
        target_link_libraries(check_headers PRIVATE GTest::gtest)
    endif()
endfunction()
