// Small files that are there whole or not at all: keys, secrets, messages.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace chassis::base {

/// Writes `text` under the name `.<name>.new` beside the file, then gives it its name. When this returns, text and name
/// are on the disk; after a crash there is the old file or the new one. Only the owner may read it; a missing folder is
/// made for the owner only. Throws std::system_error, which names the file.
void write_file(const std::filesystem::path& file, std::string_view text);

/// Nothing when there is no such file. Throws std::system_error for one that cannot be read.
std::optional<std::string> read_file(const std::filesystem::path& file);

/// Makes what is missing of the path, for the owner only. What is there stays as it is.
void make_private_folders(const std::filesystem::path& folder);

}  // namespace chassis::base
