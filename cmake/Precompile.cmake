# Precompiled headers for GCC: the standard library's for every source, GoogleTest's as well for the tests. Clang refuses
# one that was made with other definitions, and its builds prove that no source lives on what a precompiled header brings
# along.
#
# -fpch-preprocess is what lets ccache keep sources that use one; the sloppiness that it needs is in Compile.cmake.
option(NEIGHBORHOOD_PCH "Use precompiled headers with GCC" ON)
if(NOT CMAKE_CXX_COMPILER_ID STREQUAL GNU)
    set(NEIGHBORHOOD_PCH OFF)
endif()

if(NEIGHBORHOOD_PCH)
    set(standard_headers <algorithm> <atomic> <chrono> <coroutine> <exception> <functional> <map> <memory> <mutex> <optional>
        <span> <stdexcept> <string> <string_view> <thread> <utility> <variant> <vector>)
    file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/precompile/empty.cpp CONTENT "")

    add_library(precompiled_standard OBJECT ${PROJECT_BINARY_DIR}/precompile/empty.cpp)
    target_precompile_headers(precompiled_standard PRIVATE ${standard_headers})
    target_compile_options(precompiled_standard PRIVATE -fpch-preprocess)

    if(NEIGHBORHOOD_TESTS)
        add_library(precompiled_tests OBJECT ${PROJECT_BINARY_DIR}/precompile/empty.cpp)
        target_precompile_headers(precompiled_tests PRIVATE ${standard_headers} <gmock/gmock.h> <gtest/gtest.h>)
        target_compile_options(precompiled_tests PRIVATE -fpch-preprocess)
        target_link_libraries(precompiled_tests PRIVATE GTest::gmock)
    endif()
endif()

# neighborhood_precompile(TARGET standard|tests)
function(neighborhood_precompile target kind)
    if(NEIGHBORHOOD_PCH)
        target_precompile_headers(${target} REUSE_FROM precompiled_${kind})
        target_compile_options(${target} PRIVATE -fpch-preprocess)
    endif()
endfunction()
