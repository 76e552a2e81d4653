#include "chassis/base/failpoint.hpp"

#include <signal.h>
#include <unistd.h>

#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <thread>

#include "chassis/base/text.hpp"

namespace chassis::base::detail {
namespace {

enum class Action : std::uint8_t { none, kill, exit, delay, throw_error };

struct Armed {
    Action action = Action::none;
    std::chrono::milliseconds delay{0};
    std::uint64_t on_hit = 0;  // 0: on every hit
    std::atomic<std::uint64_t> hits{0};
};

constinit std::array<Armed, failpoint_table.size()> armed{};

// Null once hits count.
constinit std::atomic<const char*> counting_waits_for{nullptr};

bool hits_count() {
    const char* file = counting_waits_for.load();
    if (file == nullptr) return true;
    if (::access(file, F_OK) != 0) return false;
    counting_waits_for.store(nullptr);
    return true;
}

void say(std::string text) {
    text += '\n';
    // What is said just before the process dies may be lost with stderr itself; there is nobody to tell.
    [[maybe_unused]] const auto written = ::write(STDERR_FILENO, text.data(), text.size());
}

[[noreturn]] void refuse(std::string_view entry, const std::string& why) {
    say("NEIGHBORHOOD_FAILPOINTS: cannot read \"" + std::string(entry) + "\": " + why +
        ". Write name=kill[:n], name=exit[:n], name=throw[:n] or name=delay(milliseconds)[:n], separated by ';'.");
    ::_exit(2);
}

std::optional<std::uint64_t> number(std::string_view text) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

void arm(std::string_view entry) {
    const std::size_t equals = entry.find('=');
    if (equals == entry.npos) refuse(entry, "there is no '='");
    const std::string_view name = trim(entry.substr(0, equals));
    const auto found = std::ranges::find(failpoint_table, name);
    if (found == failpoint_table.end()) refuse(entry, "no failpoint has this name; --list-failpoints prints them");
    Armed& point = armed[static_cast<std::size_t>(found - failpoint_table.begin())];

    std::string_view what = trim(entry.substr(equals + 1));
    std::optional<std::uint64_t> nth;
    if (const std::size_t colon = what.find(':'); colon != what.npos) {
        nth = number(what.substr(colon + 1));
        if (!nth || *nth == 0) refuse(entry, "after ':' comes a number from 1 on");
        what = what.substr(0, colon);
    }
    point.on_hit = nth.value_or(1);
    if (what == "kill") {
        point.action = Action::kill;
    } else if (what == "exit") {
        point.action = Action::exit;
    } else if (what == "throw") {
        point.action = Action::throw_error;
    } else if (what.starts_with("delay(") && what.ends_with(')')) {
        const auto milliseconds = number(what.substr(6, what.size() - 7));
        if (!milliseconds || *milliseconds > 3'600'000) refuse(entry, "a delay is 0 to 3600000 milliseconds");
        point.action = Action::delay;
        point.delay = std::chrono::milliseconds(*milliseconds);
        point.on_hit = nth.value_or(0);
    } else {
        refuse(entry, "it says neither kill, exit, throw nor delay");
    }
}

bool arm_from_environment() {
    counting_waits_for.store(std::getenv("NEIGHBORHOOD_FAILPOINTS_FROM"));
    const char* text = std::getenv("NEIGHBORHOOD_FAILPOINTS");
    if (text == nullptr) return false;
    bool any = false;
    for (const std::string_view entry : split(text, ';')) {
        if (trim(entry).empty()) continue;
        arm(entry);
        any = true;
    }
    return any;
}

// Read before main(), so that no program has to remember it and nobody can arm a failpoint later.
const bool read_at_start = [] {
    any_failpoint_armed.store(arm_from_environment());
    return true;
}();

}  // namespace

void hit_failpoint(std::size_t index) {
    Armed& point = armed[index];
    if (point.action == Action::none || !hits_count()) return;
    const std::uint64_t hit = point.hits.fetch_add(1) + 1;
    if (point.on_hit != 0 && hit != point.on_hit) return;
    const std::string name(failpoint_table[index]);
    switch (point.action) {
        case Action::kill:
            say("failpoint " + name + ": killed at hit " + std::to_string(hit));
            ::kill(::getpid(), SIGKILL);
            ::pause();
            break;
        case Action::exit:
            say("failpoint " + name + ": exit at hit " + std::to_string(hit));
            ::_exit(70);
        case Action::delay:
            std::this_thread::sleep_for(point.delay);
            break;
        case Action::throw_error:
            throw FailpointError("failpoint " + name);
        case Action::none:
            break;
    }
}

}  // namespace chassis::base::detail
