// The frame of a service's main(): what only asks about the program (--help, --list-failpoints) and what is misspelt is
// answered before any setting is read, and what keeps it from starting is said on stderr.
//
//     int main(int argc, char** argv) {
//         return contracts::serve<cart::Settings, contracts::ServiceSecret>("cart", argc, argv, [&] {
//             ...
//             return app.run(argc, argv);
//         });
//     }
//
// The types are the settings that it reads: --help lists them.
#pragma once

#include <exception>
#include <string>

#include "chassis/settings/settings.hpp"

namespace contracts {

namespace detail {

enum class Ask { help, something_else_about_it, serve };
Ask what_is_asked(int argc, char** argv);
// What every program answers by itself.
int answer(const std::string& name, int argc, char** argv);
int help(const std::string& name, int argc, char** argv, const std::string& settings);
int cannot_start(const std::string& name, const std::exception& error);

}  // namespace detail

// The exit status: the program's, 2 for a command line that is not understood, or 1 when it throws.
template <class... Settings, class Program>
int serve(const std::string& name, int argc, char** argv, Program program) {
    try {
        switch (detail::what_is_asked(argc, argv)) {
            case detail::Ask::help:
                return detail::help(name, argc, argv, (chassis::settings::describe<Settings>() + ... + std::string()));
            case detail::Ask::something_else_about_it:
                return detail::answer(name, argc, argv);
            case detail::Ask::serve:
                break;
        }
        return program();
    } catch (const std::exception& error) {
        return detail::cannot_start(name, error);
    }
}

}  // namespace contracts
