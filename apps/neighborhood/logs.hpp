#pragma once

#include <filesystem>
#include <string>

namespace neighborhood {

// Prints the logs of one service, or of all (empty name), each line with the service before it. With `follow` it goes
// on until it is interrupted. Returns 1 when there is no such log.
int print_logs(const std::filesystem::path& data, const std::string& service, bool follow);

}  // namespace neighborhood
