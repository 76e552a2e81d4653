#include "apps/neighborhood/state.hpp"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <stdexcept>
#include <system_error>

#include "chassis/model/json.hpp"

namespace neighborhood {

namespace {

std::filesystem::path file_of(const std::filesystem::path& data) { return data / "run" / "neighborhood.json"; }

}  // namespace

std::string State::url(const std::string& service) const {
    for (const auto& one : services) {
        if (one.name == service) return "http://" + one.address;
    }
    throw std::runtime_error("this neighborhood has no service named " + service);
}

void write_state(const std::filesystem::path& data, const State& state) {
    std::filesystem::create_directories(data / "run");
    const auto temporary = data / "run" / "neighborhood.json.new";
    const std::string text = chassis::model::to_json(state);
    const int file = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    const bool written = file >= 0 && ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
    const int error = errno;
    if (file >= 0) ::close(file);
    if (!written) throw std::system_error(error, std::generic_category(), "cannot write " + temporary.string());
    std::filesystem::rename(temporary, file_of(data));
}

std::optional<State> read_state(const std::filesystem::path& data) {
    std::ifstream file(file_of(data));
    if (!file) return std::nullopt;
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    auto state = chassis::model::from_json<State>(text);
    if (::kill(state.pid, 0) != 0 && errno == ESRCH) return std::nullopt;
    return state;
}

void remove_state(const std::filesystem::path& data) { std::filesystem::remove(file_of(data)); }

}  // namespace neighborhood
