#include "contracts/serve.hpp"

#include <cstdio>
#include <string_view>

#include "chassis/app/app.hpp"

namespace contracts::detail {

bool only_asks(int argc, char** argv) {
    for (int i = 1; i < argc; ++i) {
        const std::string_view argument = argv[i];
        if (argument == "--help" || argument == "--list-failpoints") return true;
    }
    return false;
}

int answer(const std::string& name, int argc, char** argv) { return chassis::App{name}.run(argc, argv); }

int cannot_start(const std::string& name, const std::exception& error) {
    std::fprintf(stderr, "%s cannot start:\n%s\n", name.c_str(), error.what());
    return 1;
}

}  // namespace contracts::detail
