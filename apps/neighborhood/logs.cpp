#include "apps/neighborhood/logs.hpp"

#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <system_error>
#include <vector>

#include "apps/neighborhood/process.hpp"

namespace neighborhood {

namespace {

// A log file and how far it has been printed.
struct Log {
    std::string name;
    std::ifstream file;
    std::string unfinished;

    void print_rest(bool with_name) {
        file.clear();
        for (std::string line; std::getline(file, line);) {
            if (file.eof()) {  // its end has not been written yet
                unfinished += line;
                return;
            }
            if (with_name) std::printf("%-14s ", name.c_str());
            std::printf("%s%s\n", unfinished.c_str(), line.c_str());
            unfinished.clear();
        }
    }
};

}  // namespace

int print_logs(const std::filesystem::path& data, const std::string& service, bool follow) {
    const auto folder = data / "logs";
    std::vector<Log> logs;
    std::error_code absent;
    for (const auto& entry : std::filesystem::directory_iterator(folder, absent)) {
        const auto name = entry.path().stem().string();
        if (service.empty() || name == service) logs.push_back({name, std::ifstream(entry.path()), {}});
    }
    if (logs.empty()) {
        std::fprintf(stderr, "There is no log of %s in %s\n", service.empty() ? "any service" : service.c_str(),
                     folder.c_str());
        return 1;
    }
    std::ranges::sort(logs, {}, &Log::name);
    const Descriptor changes{::inotify_init1(IN_CLOEXEC)};
    ::inotify_add_watch(changes.number(), folder.c_str(), IN_MODIFY);
    for (;;) {
        for (auto& log : logs) log.print_rest(service.empty());
        if (!follow) return 0;
        std::fflush(stdout);
        pollfd waiting{changes.number(), POLLIN, 0};
        ::poll(&waiting, 1, -1);
        char events[4096];
        if (::read(changes.number(), events, sizeof events) < 0) return 1;
    }
}

}  // namespace neighborhood
