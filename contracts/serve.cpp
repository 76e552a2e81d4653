#include "contracts/serve.hpp"

#include <cstdio>

#include "chassis/app/app.hpp"
#include "chassis/app/run_settings.hpp"

namespace contracts::detail {

Ask what_is_asked(int argc, char** argv) {
    using chassis::app::CommandLine;
    try {
        switch (chassis::app::parse_command_line(argc, argv).ask) {
            case CommandLine::Ask::help:
                return Ask::help;
            case CommandLine::Ask::failpoints:
                return Ask::something_else_about_it;
            case CommandLine::Ask::openapi:
            case CommandLine::Ask::serve:
                return Ask::serve;
        }
    } catch (const chassis::app::CommandLineError&) {
        return Ask::something_else_about_it;
    }
    return Ask::serve;
}

int answer(const std::string& name, int argc, char** argv) { return chassis::App{name}.run(argc, argv); }

int help(const std::string& name, int argc, char** argv, const std::string& settings) {
    const int status = answer(name, argc, argv);
    std::printf("\nThis service's own, which --openapi wants as well:\n\n%s", settings.c_str());
    return status;
}

int cannot_start(const std::string& name, const std::exception& error) {
    std::fprintf(stderr, "%s cannot start:\n%s\n", name.c_str(), error.what());
    return 1;
}

}  // namespace contracts::detail
