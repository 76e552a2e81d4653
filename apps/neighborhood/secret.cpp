#include "apps/neighborhood/secret.hpp"

#include <fcntl.h>
#include <sys/random.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <fstream>
#include <system_error>

#include "apps/neighborhood/process.hpp"

namespace neighborhood {

std::string kept_secret(const std::filesystem::path& file) {
    if (std::ifstream kept(file); kept) {
        std::string secret;
        std::getline(kept, secret);
        if (!secret.empty()) return secret;
    }
    std::array<unsigned char, 32> bytes;
    if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
        throw std::system_error(errno, std::generic_category(), "getrandom");
    }
    std::string secret;
    for (const unsigned char byte : bytes) {
        secret += "0123456789abcdef"[byte >> 4];
        secret += "0123456789abcdef"[byte & 15];
    }
    std::filesystem::create_directories(file.parent_path());
    const Descriptor out{::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)};
    if (!out || ::write(out.number(), secret.data(), secret.size()) != static_cast<ssize_t>(secret.size())) {
        throw std::system_error(errno, std::generic_category(), "cannot write " + file.string());
    }
    return secret;
}

}  // namespace neighborhood
