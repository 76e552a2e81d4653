#pragma once

#include <filesystem>
#include <string>

namespace neighborhood {

// The secret in `file`: 32 random bytes in hexadecimal, made when there is none, readable by its owner only.
std::string kept_secret(const std::filesystem::path& file);

}  // namespace neighborhood
