# neighborhood_migrations(TARGET NAMESPACE FOLDER)
#
# Compiles FOLDER/*.sql into TARGET as
#     std::span<const chassis::database::Migration> NAMESPACE::migrations();
# in order of name. NNN_name.sqlite.sql is NNN_name for SQLite alone. The list is made while configuring; a changed file
# configures again.
function(neighborhood_migrations target namespace folder)
    file(GLOB files CONFIGURE_DEPENDS ${folder}/*.sql)
    list(SORT files)
    set(entries "")
    set(count 0)
    foreach(file IN LISTS files)
        set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
        get_filename_component(name ${file} NAME)
        if(NOT name MATCHES "^([0-9][0-9][0-9]_[a-z0-9_]+)(\\.(sqlite|postgresql))?\\.sql$")
            message(FATAL_ERROR "${file}: a migration is named NNN_name.sql or NNN_name.<engine>.sql")
        endif()
        set(step ${CMAKE_MATCH_1})
        set(engine "${CMAKE_MATCH_3}")
        file(READ ${file} sql)
        string(APPEND entries "    {\"${step}\", R\"migration_sql(${sql})migration_sql\", \"${engine}\"},\n")
        math(EXPR count "${count} + 1")
    endforeach()
    if(count EQUAL 0)
        message(FATAL_ERROR "${folder}: no migrations")
    endif()
    set(out ${CMAKE_CURRENT_BINARY_DIR}/${target}_migrations.cpp)
    file(GENERATE OUTPUT ${out} CONTENT "// Made from the files of a migrations folder.
#include <array>
#include <span>

#include \"chassis/database/migration.hpp\"

namespace ${namespace} {

std::span<const chassis::database::Migration> migrations();

namespace {
constexpr std::array<chassis::database::Migration, ${count}> steps{{
${entries}}};
}  // namespace

std::span<const chassis::database::Migration> migrations() { return steps; }

}  // namespace ${namespace}
")
    target_sources(${target} PRIVATE ${out})
endfunction()
