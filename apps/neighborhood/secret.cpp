#include "apps/neighborhood/secret.hpp"

#include <sys/random.h>

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include "chassis/base/file.hpp"
#include "chassis/base/text.hpp"

namespace neighborhood {

std::string kept_secret(const std::filesystem::path& file) {
    if (auto secret = chassis::base::read_file(file)) return std::move(*secret);
    std::array<std::uint8_t, 32> bytes;
    if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
        throw std::system_error(errno, std::generic_category(), "getrandom");
    }
    auto secret = chassis::base::to_hex(bytes);
    chassis::base::write_file(file, secret);
    return secret;
}

}  // namespace neighborhood
