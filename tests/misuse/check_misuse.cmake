# cmake -D COMPILER=c++ -D INCLUDE=<project> -D PROGRAM=x.cpp -P check_misuse.cmake
# Fails unless the compiler refuses PROGRAM with the text that its first line expects.
file(STRINGS ${PROGRAM} first_line LIMIT_COUNT 1)
if(NOT first_line MATCHES "^// expect: (.+)$")
    message(FATAL_ERROR "${PROGRAM} does not begin with \"// expect: <what the compiler has to say>\"")
endif()
set(expected "${CMAKE_MATCH_1}")
execute_process(
    COMMAND ${COMPILER} -std=c++23 -fsyntax-only -I ${INCLUDE} ${PROGRAM}
    RESULT_VARIABLE result OUTPUT_VARIABLE said ERROR_VARIABLE said)
if(result EQUAL 0)
    message(FATAL_ERROR "${PROGRAM} compiles, but must not")
endif()
string(FIND "${said}" "${expected}" at)
if(at EQUAL -1)
    message(FATAL_ERROR "${PROGRAM}: the compiler does not say\n    ${expected}\nbut\n${said}")
endif()
