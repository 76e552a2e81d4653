// The frame of a service's main(): what only asks about the program (--help, --list-failpoints) is answered before any
// setting is read, and what keeps it from starting is said on stderr.
//
//     int main(int argc, char** argv) {
//         return contracts::serve("cart", argc, argv, [&] {
//             ...
//             return app.run(argc, argv);
//         });
//     }
#pragma once

#include <exception>
#include <string>

namespace contracts {

namespace detail {

bool only_asks(int argc, char** argv);
int answer(const std::string& name, int argc, char** argv);
int cannot_start(const std::string& name, const std::exception& error);

}  // namespace detail

// The exit status: the program's, or 1 when it throws.
template <class Program>
int serve(const std::string& name, int argc, char** argv, Program program) {
    try {
        if (detail::only_asks(argc, argv)) return detail::answer(name, argc, argv);
        return program();
    } catch (const std::exception& error) {
        return detail::cannot_start(name, error);
    }
}

}  // namespace contracts
